"""Founders' updates: asked for each quarter, answered by link in three minutes, kept as versions, corrected visibly."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.core import audit
from portal.core.links import find_by_token, give_token
from portal.core.workflow import StepError, lock
from portal.core.zones import office_zone
from startups import rules
from startups.emails import updates as emails
from startups.models import FounderUpdate, Metric, MetricDefinition, Startup, UpdateFigure, UpdateVersion
from startups.models.update import IN_MONEY, validate_period
from startups.periods import days_of, last_complete_quarter
from startups.sanity import Known, Question, questions
from startups.services.money import rates_at
from startups.workflows import UPDATE

LINK_LIVES = dt.timedelta(days=60)
ANSWER_WITHIN = dt.timedelta(days=21)
SKIPPED_AFTER = dt.timedelta(days=45)
REMIND_BEFORE, REMIND_AFTER = dt.timedelta(days=5), dt.timedelta(days=3)
ASKED_STATES = (Startup.State.ADMITTED, Startup.State.ACTIVE)
# “No change” keeps what goes on and says that nothing new came in.
KEPT = (Metric.PEOPLE, Metric.FTE, Metric.REVENUE, Metric.SPENT, Metric.CASH)
NOTHING_NEW = (Metric.GRANTS, Metric.RAISED)


@dataclass(frozen=True)
class Answers:
    """What came back: values by figure (None is “not answered”), one currency, and a word if there is one."""

    values: Mapping[str, Decimal | None]
    currency: str = ""
    news: str = ""
    is_no_change: bool = False
    confirmed: frozenset[str] = field(default_factory=frozenset)

    def known(self) -> dict[str, Known]:
        return {
            metric: Known(value, self.currency if metric in IN_MONEY else "") for metric, value in self.values.items()
        }


class NeedsConfirmation(StepError):
    """Some figures look odd; the founder says that they are right, or corrects them."""

    def __init__(self, asked: list[Question]):
        super().__init__(_("Please look again at these figures."))
        self.questions = asked


# -- asking ------------------------------------------------------------------------------------------------------------
@transaction.atomic
def ask(*, startup: Startup, period: str, actor, now: dt.datetime) -> FounderUpdate:
    """Ask for the update on one quarter. `actor` None is the clock."""
    if actor is not None and not rules.runs(actor, startup):
        raise PermissionDenied("ask for update")
    validate_period(period)
    if days_of(period)[1] >= now.date():
        raise StepError(_("This quarter is not over yet."))
    update = FounderUpdate(
        code=f"{startup.code}-{period}"[:80].lower(),
        startup=startup,
        period=period,
        definition_set=current_definitions(),
        due_on=max(days_of(period)[1] + ANSWER_WITHIN, now.date() + ANSWER_WITHIN),
        asked_of=whom_to_ask(startup),
        source=startup.source if startup.is_demo else "",
    )
    give_token(update, expires_at=now + LINK_LIVES)
    try:
        with transaction.atomic():
            update.save()
    except IntegrityError:
        raise StepError(_("This startup has been asked about this quarter already.")) from None
    audit.record("update.ask", update, actor=actor, audience=audit.APPLICANT, period=period)
    emails.update_asked(update)
    return update


def whom_to_ask(startup: Startup):
    """The one for figures, else the first contact, else a founder; of those who can be reached by mail."""
    team = [row for row in startup.founders.select_related("person__user") if row.until_on is None]
    team = [row for row in team if row.person.user_id or row.person.email]
    team.sort(key=lambda row: (not row.is_financial_contact, not row.is_primary_contact, not row.is_founder, row.pk))
    return team[0].person if team else None


def current_definitions() -> str:
    return MetricDefinition.objects.order_by("-definition_set").values_list("definition_set", flat=True).first() or ""


def ask_everybody(*, now: dt.datetime) -> int:
    """Ask every running startup about the last complete quarter, once; the number asked.

    Who was admitted after that quarter is asked about the next one.
    """
    period = last_complete_quarter(now.date())
    asked = FounderUpdate.objects.filter(startup=OuterRef("pk"), period=period)
    was_there = Q(admitted_on=None) | Q(admitted_on__lte=days_of(period)[1])
    running = Startup.objects.ventures().filter(was_there, state__in=ASKED_STATES)
    waiting = running.exclude(Exists(asked)).for_list()
    return sum(_asked(startup, period, now) for startup in waiting)


def _asked(startup: Startup, period: str, now: dt.datetime) -> int:
    try:
        ask(startup=startup, period=period, actor=None, now=now)
    except StepError:  # somebody at the desk was faster
        return 0
    return 1


def remind(*, today: dt.date) -> int:
    """The same link once more, shortly before the day and shortly after; the number of mails meant to be there."""
    sent = 0
    for update in FounderUpdate.objects.waiting().select_related("startup__cohort__programme__owner", "asked_of__user"):
        if not update.token_hash:
            continue
        if today >= update.due_on + REMIND_AFTER:
            sent += emails.update_reminded(update, step=f"after:{update.due_on}")
        elif today >= update.due_on - REMIND_BEFORE:
            sent += emails.update_reminded(update, step=f"before:{update.due_on}")
    return sent


def skip_overdue(*, today: dt.date) -> int:
    """What nobody answered for six weeks is a quarter skipped, and stays visible as that."""
    overdue = FounderUpdate.objects.waiting().filter(due_on__lt=today - SKIPPED_AFTER)
    return sum(_skip(update) for update in overdue)


def _skip(update: FounderUpdate) -> int:
    try:
        UPDATE.apply("skip", update, actor=None, reason=_("No answer came."))
    except StepError:
        return 0
    return 1


def skip(*, update: FounderUpdate, actor, reason: str) -> FounderUpdate:
    return UPDATE.apply("skip", update, actor=actor, reason=reason)


# -- the link ----------------------------------------------------------------------------------------------------------
def behind_link(*, token: str, now: dt.datetime) -> FounderUpdate | None:
    """The update of a mailed link, None where there is none. Raises LinkExpired for one too old to answer with."""
    rows = FounderUpdate.objects.select_related("startup__cohort__programme__owner", "asked_of__user", "latest")
    return find_by_token(rows, token=token, now=now)


@transaction.atomic
def renew_link(*, update: FounderUpdate, now: dt.datetime, actor=None, reason: str = "") -> FounderUpdate:
    """A new link to the person on record, with the reason where she is asked again; the old one stops working."""
    if actor is not None and not rules.runs(actor, update.startup):
        raise PermissionDenied("renew link")
    row = lock(update)
    row.asked_of = whom_to_ask(row.startup)
    give_token(row, expires_at=now + LINK_LIVES)
    row.save(update_fields=["asked_of", "token_hash", "token_expires_at", "updated_at"])
    audit.record("update.renew_link", row, actor=actor, audience=audit.DESKS)
    if not emails.update_asked(row, reason):
        raise StepError(_("Nobody in the team of this startup can be reached by mail."))
    return row


# -- answering ---------------------------------------------------------------------------------------------------------
def submit(*, update: FounderUpdate, answers: Answers, actor, now: dt.datetime) -> UpdateVersion:
    """Keep the answers as a new version: by a founder who is signed in, or by the holder of the link (`actor` None).

    Raises NeedsConfirmation where a figure looks odd and was not confirmed. The same answers twice are one version.
    """
    return _keep(update, answers, step="submit", actor=actor, now=now)


def submit_no_change(*, update: FounderUpdate, actor, now: dt.datetime) -> UpdateVersion:
    """One click: people, revenue, spending and cash as last time, no new grants, no new money."""
    earlier = earlier_version(update)
    if earlier is None:
        raise StepError(_("There is no earlier update whose figures could stay."))
    figures = figures_of(earlier)
    values = {metric: figures[metric].value for metric in KEPT if metric in figures}
    values |= dict.fromkeys(NOTHING_NEW, Decimal(0))
    currency = next((known.currency for known in figures.values() if known.currency), "")
    everything = frozenset(question.code for question in questions(Answers(values, currency).known(), figures))
    answers = Answers(values, currency, is_no_change=True, confirmed=everything)
    return _keep(update, answers, step="submit", actor=actor, now=now)


@transaction.atomic
def correct(*, update: FounderUpdate, answers: Answers, actor, now: dt.datetime, reason: str) -> UpdateVersion:
    """A version by the office, marked as that; the founder is told what and why."""
    version = _keep(update, answers, step="correct", actor=actor, now=now, reason=reason, is_staff_edit=True)
    before = version.update.versions.filter(number=version.number - 1).first()
    said, says = figures_of(before), figures_of(version)
    changed = [metric for metric in Metric.values if said.get(metric) != says.get(metric)]
    emails.update_corrected(version.update, reason, changed)
    return version


@transaction.atomic
def reopen(*, update: FounderUpdate, actor, reason: str, now: dt.datetime) -> FounderUpdate:
    """Ask again about the same quarter. What was sent stands, and the form begins with it."""
    row = UPDATE.apply("reopen", update, actor=actor, reason=reason, changes={"due_on": now.date() + ANSWER_WITHIN})
    return renew_link(update=row, now=now, actor=actor, reason=reason)


def odd_in(*, update: FounderUpdate, answers: Answers) -> list[Question]:
    """What would be asked back about these answers."""
    return questions(answers.known(), figures_of(earlier_version(update)))


@transaction.atomic
def _keep(
    update: FounderUpdate, answers: Answers, *, step: str, actor, now: dt.datetime, reason: str = "",
    is_staff_edit: bool = False,
) -> UpdateVersion:  # fmt: skip
    row = lock(update)
    asked = odd_in(update=row, answers=answers)
    if not is_staff_edit and any(question.code not in answers.confirmed for question in asked):
        raise NeedsConfirmation(asked)
    if not answers.news.strip() and all(value is None for value in answers.values.values()):
        raise StepError(_("Everything is empty. Fill in at least one figure, or say in a word how it goes."))
    is_answered = row.state == FounderUpdate.State.SUBMITTED  # who is asked again may answer the same
    if row.latest is not None and is_answered and not is_staff_edit and _same(row.latest, answers):
        return row.latest
    number = (row.latest.number if row.latest else 0) + 1
    version = UpdateVersion.objects.create(
        code=f"{row.code}.v{number}".replace(".", "-"),
        update=row,
        number=number,
        made_at=now,
        made_by=actor,
        is_staff_edit=is_staff_edit,
        is_no_change=answers.is_no_change,
        news=answers.news.strip(),
        confirmed=[question.code for question in asked],
    )
    last_day = row.days[1]
    UpdateFigure.objects.bulk_create(
        UpdateFigure(
            version=version,
            metric=metric,
            value=known.value,
            currency=known.currency,
            as_of=last_day,
            **(rates_at(known.currency, last_day) if known.currency else {}),
        )
        for metric, known in answers.known().items()
        if known.value is not None
    )
    changes = {"latest": version, "submitted_on": _day_at_desk(row.startup, now)}
    moved = UPDATE.apply(step, row, actor=actor, reason=reason, changes=changes, version=number)
    version.update = moved
    if not is_staff_edit:
        emails.update_received(moved)
        emails.update_arrived(moved)
    update.refresh_from_db()
    return version


def _day_at_desk(startup: Startup, now: dt.datetime) -> dt.date:
    """The day by the clock of the office, whoever sends it: an answer by link comes from no known zone."""
    return timezone.localdate(now, ZoneInfo(office_zone(startup.desk.country if startup.desk else startup.country)))


def _same(version: UpdateVersion, answers: Answers) -> bool:
    answered = {metric: known for metric, known in answers.known().items() if known.value is not None}
    return version.news == answers.news.strip() and figures_of(version) == answered


# -- reading -----------------------------------------------------------------------------------------------------------
def earlier_version(update: FounderUpdate) -> UpdateVersion | None:
    """What was last said about an earlier quarter."""
    earlier = FounderUpdate.objects.filter(
        startup=update.startup_id, period__lt=update.period, latest__isnull=False
    ).select_related("latest")
    found = earlier.order_by("-period").first()
    return found.latest if found else None


def jobs_since_first(update: FounderUpdate) -> Decimal | None:
    """People now less people in the first quarter that was told, also where that is below zero; None if unknown."""
    told = FounderUpdate.objects.filter(startup=update.startup_id, latest__isnull=False)
    first = told.select_related("latest").order_by("period").first()
    now, before = (
        figures_of(version).get(Metric.PEOPLE) for version in (update.latest, first.latest if first else None)
    )
    return now.value - before.value if now and before and first != update else None


def figures_of(version: UpdateVersion | None) -> dict[str, Known]:
    """The answered figures of a version; a missing key is “not answered”."""
    if version is None:
        return {}
    return {row.metric: Known(row.value, row.currency) for row in version.figures.all() if row.value is not None}
