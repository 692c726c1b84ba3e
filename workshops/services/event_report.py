"""After an event: that it took place, the numbers as the rows tell them, and the report."""

import datetime as dt

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _

from portal.core import audit
from portal.core.workflow import StepError, lock
from portal.documents.models import Letter
from workshops.letters.event import REPORT, issue_event_report
from workshops.models import CheckIn, Event, Registration
from workshops.rules.event import corrects_report, writes_report
from workshops.services.event import NotReady
from workshops.workflows.event import EVENT

COUNTS = (
    "registered_count", "attended_count", "overseas_count", "countries_count", "speakers_count",
    "overseas_speakers_count",
)  # fmt: skip
REPORT_FIELDS = (*COUNTS, "cost_amount", "cost_currency", "report_en", "report_ja")
# Who had a place to the end.
HAD_PLACE = (Registration.State.CONFIRMED, Registration.State.ATTENDED, Registration.State.NO_SHOW)


@transaction.atomic
def mark_event_held(*, event: Event, attended_count: int | None = None, actor, now: dt.datetime) -> Event:
    """Record that the event took place; somebody has been checked in, or heads have been counted."""
    row = lock(event)
    if row.starts_at is not None and row.starts_at > now:
        raise StepError(_("The event has not begun yet."))
    if attended_count is None and row.attended_count is None and not _came(row).exists():
        raise NotReady(_("How many came? Nobody has been checked in, so please give a head count; zero counts too."))
    if attended_count is not None and (why := _why_not_attended(row, attended_count)):
        raise StepError(why)
    # Events without registration, and those that end early, go through its states by the clock of this moment.
    for name in ("open_registration", "close_registration"):
        if row.state in EVENT.by_name[name].sources:
            row = EVENT.apply(name, row, actor=None)
    changes = {} if attended_count is None else {"attended_count": attended_count}
    row = EVENT.apply("mark_held", row, actor=actor, changes=changes)
    event.refresh_from_db()
    return row


def figures_of(event: Event) -> dict[str, int | None]:
    """What the rows say. None is unknown: nobody registered here, nobody was checked in, no country is on record."""
    registered = event.registrations.filter(state__in=HAD_PLACE)
    came = _came(event)
    has_checked = came.exists()
    counted = came if has_checked else registered
    countries = _countries(counted)
    known = [country for country in countries if country]
    speakers = event.people.speaker_counts()
    has_people = event.people.exists()
    return {
        "registered_count": registered.count() if event.registrations.exists() else None,
        "attended_count": came.count() if has_checked else None,
        "overseas_count": sum(country != event.country for country in known) if known and event.country else None,
        "countries_count": len(set(known)) if known else None,
        "speakers_count": speakers.speakers if has_people else None,
        "overseas_speakers_count": speakers.overseas
        if has_people and (speakers.known or not speakers.speakers)
        else None,
    }


def prefilled(event: Event) -> dict[str, object]:
    """What the form shows first: what was entered, else what the rows say."""
    from_rows = figures_of(event)
    entered = {name: getattr(event, name) for name in REPORT_FIELDS}
    return entered | {name: count for name, count in from_rows.items() if entered[name] is None}


@transaction.atomic
def save_report(*, event: Event, values: dict, actor) -> Event:
    """Keep the report as it stands, without filing it."""
    row = lock(event)
    if not writes_report(actor, row):
        raise PermissionDenied("save_report")
    return _put(event, row, values)


@transaction.atomic
def file_report(*, event: Event, values: dict | None = None, actor, now: dt.datetime) -> Event:
    """File the report and print it in both languages. An empty number is unknown and stays so."""
    row = lock(event)
    values = _as_counted(row, values or {})
    for name, value in values.items():
        setattr(row, name, value)
    row.full_clean(validate_unique=False)
    if not (row.report_en.strip() or row.report_ja.strip()):
        raise NotReady(_("Please write a few sentences on what happened, in English or in Japanese."))
    changes = {**values, "reported_at": now}
    row = EVENT.apply("file_report", event, actor=actor, changes=changes)
    _print(row, actor=actor, now=now)
    event.refresh_from_db()
    return row


@transaction.atomic
def correct_report(*, event: Event, values: dict, actor, now: dt.datetime) -> Event:
    """Correct a filed report; the new edition supersedes the paper, and the day of filing stays."""
    row = lock(event)
    if not corrects_report(actor, row):
        raise PermissionDenied("correct_report")
    before = {name: getattr(row, name) for name in values}
    _put(event, row, values)
    old, new = audit.changed(before, {name: getattr(row, name) for name in values})
    if not new:
        raise StepError(_("Nothing has been changed."))
    audit.record("event.correct_report", row, actor=actor, before=old, after=new, audience=audit.DESKS)
    _print(row, actor=actor, now=now)
    return row


def papers_of(event: Event) -> list[Letter]:
    """The report as printed last, in each language."""
    rows = Letter.objects.about(event).filter(kind=REPORT, superseded_by=None).select_related("file")
    return list(rows.order_by("language", "-pk"))


def _as_counted(event: Event, values: dict) -> dict:
    """The values with the number who came as figures count it: page, paper and figure say the same."""
    came = _came(event).count()
    entered = values.get("attended_count", event.attended_count)
    if entered is None:
        return {**values, "attended_count": came or None}
    if why := _why_not_attended(event, entered):
        raise ValidationError({"attended_count": why})
    return values


def _why_not_attended(event: Event, entered: int) -> str:
    came = _came(event).count()
    if not came or came == entered:
        return ""
    return _(
        "People recorded as having come: %(number)d. Pages and figures count them. Record who is missing first, "
        "at the door or by “Mark as attended”; if more heads were counted, say so in the words of the report."
    ) % {"number": came}


def _put(event: Event, row: Event, values: dict) -> Event:
    values = _as_counted(row, values)
    for name, value in values.items():
        setattr(row, name, value)
    row.full_clean(validate_unique=False)
    row.save(update_fields=[*values, "updated_at"])
    event.refresh_from_db()
    return row


def _print(event: Event, *, actor, now: dt.datetime) -> None:
    valid = {letter.language: letter for letter in papers_of(event)}
    for language in ("en", "ja"):
        issue_event_report(event, language=language, actor=actor, now=now, supersedes=valid.get(language))


def _came(event: Event):
    """Who was there: marked so, or let in at the door."""
    inside = Exists(CheckIn.objects.filter(registration=OuterRef("pk"), undone_at=None))
    return event.registrations.filter(Q(state=Registration.State.ATTENDED) | inside)


def _countries(registrations) -> list[str]:
    """The country of the affiliation, as the person said it or as the organisation's record does; empty: unknown."""
    rows = registrations.values_list("affiliation_country", "affiliation__country")
    return [said or on_record or "" for said, on_record in rows]
