"""The rules of eligibility for an exchange; the engine runs them and keeps what they said."""

import datetime as dt

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from exchanges.hosts import are_one_institution
from exchanges.models import Application, Stay
from portal.accounts.models import Person
from portal.applications.eligibility import papers_complete
from portal.applications.kinds import Answer, Rule

RULES_VERSION = "2026-11"

Stage = Person.CareerStage
STUDENTS = {Stage.UNDERGRADUATE, Stage.MASTER_STUDENT, Stage.DOCTORAL_STUDENT}
GRADUATES = {Stage.MASTER_STUDENT, Stage.DOCTORAL_STUDENT}
# The codes of `Programme.audience` and the career stages that they mean.
AUDIENCES = {
    "students": STUDENTS,
    "undergraduates": {Stage.UNDERGRADUATE},
    "graduate_students": GRADUATES,
    "graduate_students_overseas": GRADUATES,
    "doctoral_students": {Stage.DOCTORAL_STUDENT},
    "doctoral_candidates": {Stage.DOCTORAL_STUDENT},
    "postdocs": {Stage.POSTDOC},
    "early_career": {Stage.DOCTORAL_STUDENT, Stage.POSTDOC},
    "researchers": {Stage.POSTDOC, Stage.FACULTY},
    "faculty": {Stage.FACULTY},
}
LIVE_STAYS = (
    Stay.State.PLANNED, Stay.State.PRE_ARRIVAL, Stay.State.ARRIVED, Stay.State.ACTIVE, Stay.State.SUSPENDED,
    Stay.State.CURTAILED, Stay.State.ENDING,
)  # fmt: skip

DATES_MISSING = _("The days of the stay are missing.")


def _days_order(application: Application, today: dt.date) -> Answer:
    if not (application.start_requested and application.end_requested):
        return False, DATES_MISSING
    return application.start_requested <= application.end_requested, _("The first day lies before the last day.")


def _in_future(application: Application, today: dt.date) -> Answer:
    if not application.start_requested:
        return False, DATES_MISSING
    return application.start_requested > today, _("The first day lies in the future.")


def _long_enough(application: Application, today: dt.date) -> Answer:
    shortest, days = application.programme.min_days, application.days_requested
    if shortest is None:
        return True, _("The programme names no shortest stay.")
    if days is None:
        return False, DATES_MISSING
    return (
        days >= shortest,
        lambda: (
            _("%(asked)s; the shortest stay has %(limit)s.") % {"asked": _counted(days), "limit": _counted(shortest)}
        ),
    )


def _short_enough(application: Application, today: dt.date) -> Answer:
    longest, days = application.programme.max_days, application.days_requested
    if longest is None:
        return True, _("The programme names no longest stay.")
    if days is None:
        return False, DATES_MISSING
    return (
        days <= longest,
        lambda: _("%(asked)s; the longest stay has %(limit)s.") % {"asked": _counted(days), "limit": _counted(longest)},
    )


def _counted(days: int) -> str:
    return ngettext("%(count)d day", "%(count)d days", days) % {"count": days}


def _enrolled(application: Application, today: dt.date) -> Answer:
    if not application.enrolled_until:
        return None, _("It is not known until when the applicant is enrolled or employed.")
    if not application.end_requested:
        return False, DATES_MISSING
    return application.enrolled_until >= application.end_requested, _(
        "The enrolment or employment lasts until the end of the stay."
    )


def _audience(application: Application, today: dt.date) -> Answer:
    codes = [code for code in application.programme.audience.split("|") if code]
    wanted = set().union(*(AUDIENCES.get(code, set()) for code in codes))
    stage = application.applicant.career_stage
    if not codes:
        return True, _("The programme is open to everybody.")
    if not wanted:
        return None, _("A person has to judge whether the programme is meant for the applicant.")
    if not stage:
        return None, _("The career stage is not known.")
    return stage in wanted, _("The programme is meant for the applicant's career stage.")


def _comes_from_abroad(application: Application, today: dt.date) -> Answer:
    if "overseas" not in application.programme.audience:
        return True, _("The programme is open to applicants from any country.")
    home, host = application.home_organisation, application.host_organisation
    if home is None or not home.country or host is None:
        return None, _("The country of the home institution is not known.")
    return home.country != host.country, _("The home institution lies in another country than the host.")


def _another_institution(application: Application, today: dt.date) -> Answer:
    home, host = application.home_organisation, application.host_organisation
    if home is None or host is None:
        return True, _("Home and host are two institutions.")
    return not are_one_institution(home, host), _("Home and host are two institutions.")


def _no_other_stay(application: Application, today: dt.date) -> Answer:
    if not (application.start_requested and application.end_requested):
        return False, DATES_MISSING
    # Leaving one place and arriving at the next on the same day is no overlap.
    others = Stay.objects.filter(
        person=application.applicant,
        state__in=LIVE_STAYS,
        start_on__lt=application.end_requested,
        end_on__gt=application.start_requested,
    ).exclude(application=application)
    return not others.exists(), _("No other stay of the same person overlaps.")


RULES: tuple[tuple[str, bool, Rule], ...] = (
    ("days_in_order", True, _days_order),
    ("starts_in_future", True, _in_future),
    ("long_enough", True, _long_enough),
    ("short_enough", True, _short_enough),
    ("enrolled_until_end", False, _enrolled),
    ("career_stage", False, _audience),
    ("comes_from_abroad", True, _comes_from_abroad),
    ("another_institution", False, _another_institution),
    ("papers_complete", True, papers_complete),
    ("no_overlapping_stay", True, _no_other_stay),
)
