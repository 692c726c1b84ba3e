"""The way of a cohort: opened with its call, selected, run, shown on a demo day, graduated, followed for years."""

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from portal.core.workflow import StepError, lock
from portal.programmes.models import Call
from startups.models import Cohort, Startup
from startups.workflows import COHORT

IN_COHORT = (Startup.State.ADMITTED, Startup.State.ACTIVE, Startup.State.PAUSED)
CALL_READY = (Call.State.APPROVED, Call.State.OPEN)


@transaction.atomic
def open_cohort(*, cohort: Cohort, actor) -> Cohort:
    """Show that the cohort takes applications. Its terms are public: the call is approved, with texts and days."""
    row = lock(cohort)
    if row.call is None:
        raise StepError(_("The cohort has no call yet. Choose one, or ask the programme's manager to make one."))
    if row.call.state not in CALL_READY:
        raise StepError(_("The call is not approved yet, so its terms are not public."))
    return COHORT.apply("open", cohort, actor=actor)


@transaction.atomic
def start_cohort(*, cohort: Cohort, actor) -> Cohort:
    """Start with at least one startup that was admitted."""
    if not cohort.startups.filter(state__in=IN_COHORT).exists():
        raise StepError(_("No startup of this cohort has been admitted yet."))
    return COHORT.apply("start", cohort, actor=actor)


@transaction.atomic
def hold_demo_day(*, cohort: Cohort, demo_event, actor) -> Cohort:
    """The demo day is an event, so that guests, programme and report are where those of other events are."""
    if demo_event is None:
        raise StepError(_("Choose the event at which the startups show themselves."))
    return COHORT.apply("hold_demo_day", cohort, actor=actor, changes={"demo_event": demo_event})


@transaction.atomic
def graduate_cohort(*, cohort: Cohort, actor, today: dt.date) -> Cohort:
    return COHORT.apply("graduate", cohort, actor=actor, changes={"graduated_on": today})


@transaction.atomic
def close_cohort(*, cohort: Cohort, actor, today: dt.date) -> Cohort:
    """Close after the last follow-up, five years after the end."""
    days = cohort.follow_up_days
    if days and days[-1] > today:
        raise StepError(_("The last follow-up is still to come."))
    return COHORT.apply("close", cohort, actor=actor)


# -- by the clock ------------------------------------------------------------------------------------------------------
def begin_selections() -> int:
    """Begin the selection of cohorts whose call has closed; the number begun."""
    return sum(_moved("close_call", cohort) for cohort in Cohort.objects.whose_call_is_over())


def begin_follow_ups(*, today: dt.date) -> int:
    """Begin the follow-up a year after the end; the number begun."""
    cohorts = Cohort.objects.filter(state=Cohort.State.GRADUATED)
    return sum(_moved("follow", row) for row in cohorts if row.follow_up_days and row.follow_up_days[0] <= today)


def _moved(step: str, cohort: Cohort) -> int:
    try:
        COHORT.apply(step, cohort, actor=None)
    except StepError:  # somebody moved it in this moment
        return 0
    return 1
