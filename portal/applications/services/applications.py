"""The applicant's own acts: drafting, handing in, withdrawing, and the papers that go with it."""

import datetime as dt
import uuid
from decimal import Decimal
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from portal.accounts.services import agrees, give_consents
from portal.applications import emails, rules
from portal.applications.kinds import ApplicationKind, kind_for, kind_of, kinds
from portal.applications.models import BaseApplication, BaseDocument, State
from portal.applications.querysets import IN_PROCESS
from portal.applications.sections import PAPERS, SENDING, MissingItem
from portal.applications.services import eligibility
from portal.applications.workflows import REVIEW
from portal.core import audit
from portal.core.workflow import StepError, lock
from portal.documents.services import discard_file, store_upload
from portal.programmes.models import Call

# An upload that started before the closing minute may end after it; both instants are kept (handbook, exchanges §4).
GRACE = dt.timedelta(minutes=15)
# A civil day ends everywhere on Earth within the next day of UTC.
DAY_EVERYWHERE = dt.timedelta(days=1)

EDITABLE = (State.DRAFT, State.RETURNED)


class CallClosed(StepError):
    """The call takes no applications (any more, yet, or at the moment); the draft stays as it is."""


class Incomplete(StepError):
    """Something is missing; `items` says what and where."""

    def __init__(self, message: str, items: list[MissingItem]):
        super().__init__(message)
        self.items = items


@transaction.atomic
def start_application(*, call: Call, person, actor, now: dt.datetime) -> BaseApplication:
    """Begin a draft for the call, or find the one that exists."""
    if not rules.is_person(actor, person):
        raise PermissionDenied("start")
    kind = kind_for(call)
    if kind is None:
        raise CallClosed(_("Nobody can apply to this call in the portal."))
    rows = kind.model._base_manager.filter(call=call, applicant=person)
    existing = rows.filter(state=State.DRAFT).first()
    if existing:
        return existing
    if not call.takes_applications(now):
        raise CallClosed(_("This call does not take applications at the moment."))
    if rows.filter(state__in=(*IN_PROCESS, State.SELECTED)).exists():
        raise StepError(_("You have already applied to this call. You can follow your application on your desk."))
    try:
        with transaction.atomic():
            application = kind.model._base_manager.create(
                code=f"new-{uuid.uuid4().hex}",
                call=call,
                programme=call.programme,
                applicant=person,
                **kind.beginning(call, person),
            )
    except IntegrityError:  # a second click came first
        return rows.get(state=State.DRAFT)
    application.code = f"{kind.code_prefix}-{application.pk:06d}"
    application.save(update_fields=["code", "updated_at"])
    audit.record("application.start", application, actor=actor, audience=audit.APPLICANT)
    return application


@transaction.atomic
def save_section(
    *, application: BaseApplication, section: str, values: dict[str, Any], actor, now: dt.datetime
) -> BaseApplication:
    """Keep what stands in one section, complete or not; other fields than the section's are refused.

    Raises ValidationError, by field, for values that cannot be kept.
    """
    row = _editable(application, actor)
    asked = kind_of(row).section_by_key[section]
    if unknown := set(values) - set(asked.fields) - set(asked.person_fields):
        raise ValidationError({name: _("This field does not belong to this section.") for name in sorted(unknown)})
    _save_person(row.applicant, {name: values[name] for name in asked.person_fields if name in values})
    for name in asked.fields:
        if name in values:
            setattr(row, name, values[name])
    if asked.check:
        asked.check(row)
    row.saved_at = now
    row.save()
    application.refresh_from_db()
    return row


def missing_items(application: BaseApplication, today: dt.date) -> list[MissingItem]:
    """What still has to be filled in before submitting, in the order of the sections (consents are given then)."""
    missing = []
    for section in kind_of(application).sections:
        for name in section.required:
            owner = application.applicant if name in section.person_fields else application
            if getattr(owner, name) in (None, "", [], {}):
                label = owner._meta.get_field(name).verbose_name
                missing.append(MissingItem(section.key, name, _("“%(field)s” is empty.") % {"field": label}))
        if section.also_missing:
            missing += section.also_missing(application, today)
        if section.key == PAPERS:
            missing += [
                MissingItem(section.key, paper.kind, _("“%(paper)s” has not been uploaded.") % {"paper": paper.name})
                for paper in missing_documents(application)
            ]
    return missing


def missing_documents(application: BaseApplication) -> list:
    """Papers that the call requires and that are not there."""
    there = set(application.documents.filter(replaced_at=None).values_list("kind", flat=True))
    return [
        paper for paper in application.call.requested_documents.all() if paper.is_required and paper.kind not in there
    ]


@transaction.atomic
def submit_application(
    *, application: BaseApplication, consents: set[str], language: str, actor, now: dt.datetime
) -> BaseApplication:
    """Hand the application in, the first time or completed: check the clock, freeze the version, tell everybody.

    `consents` are the codes ticked. Raises CallClosed, Incomplete.
    """
    row = _editable(application, actor)
    is_first = row.state == State.DRAFT
    in_grace = is_first and _check_window(row.call, now)
    if not is_first and row.returned_until and now.date() > row.returned_until + DAY_EVERYWHERE:
        raise StepError(_("The time to complete this application has passed."))
    items = missing_items(row, now.date())
    if items:
        raise Incomplete(_("Something is still missing. Please fill it in first."), items)
    _take_consents(row, consents, language, actor)
    number = row.version + 1
    row.versions.create(number=number, content=content_of(row), submitted_by=actor)
    row = kind_of(row).workflow.apply(
        "submit" if is_first else "resubmit",
        row,
        actor=actor,
        changes={
            "version": number,
            "submitted_at": now,
            "in_grace": in_grace if is_first else row.in_grace,
            "returned_items": "",
            "returned_until": None,
        },
        version=number,
        in_grace=in_grace,
    )
    eligibility.record_findings(application=row, today=now.date())
    kind_of(row).submitted(row, actor=actor, now=now)
    emails.application_received(row)
    emails.application_arrived(row)
    application.refresh_from_db()
    return row


def content_of(application: BaseApplication) -> dict:
    """Everything that was handed in, as plain values: what approvers and reviewers have before them."""
    sections = kind_of(application).sections
    return {
        "person": {
            name: str(getattr(application.applicant, name)) for section in sections for name in section.person_fields
        },
        "application": {name: _plain(getattr(application, name)) for section in sections for name in section.fields},
        "documents": [
            {
                "kind": document.kind,
                "name": document.file.name,
                "sha256": document.file.sha256,
                "file": str(document.file.public_id),
            }
            for document in application.documents.filter(replaced_at=None).select_related("file")
        ],
    }


@transaction.atomic
def discard_draft(*, application: BaseApplication, actor) -> None:
    """Throw a draft away with its papers; only the trail keeps that there was one, and shows it to no desk."""
    row = lock(application)
    if not rules.is_applicant(actor, row):
        raise PermissionDenied("discard")
    if row.state != State.DRAFT:
        raise StepError(_("This application has been handed in: it can be withdrawn, not discarded."))
    for document in row.documents.select_related("file"):
        document.delete()
        discard_file(stored_file=document.file, actor=actor)
    audit.record("application.discard", row, actor=actor, audience=audit.APPLICANT)
    row.delete()


def why_not_withdrawn(*, application: BaseApplication, actor) -> str:
    """Why it is too late to withdraw, as a sentence; empty where it can be withdrawn."""
    kind = kind_of(application)
    if not kind.workflow.can("withdraw", application, actor):
        return _("This application cannot be withdrawn any more.")
    try:
        kind.refuse_withdrawal(application)
    except StepError as refusal:
        return str(refusal)
    return ""


@transaction.atomic
def withdraw_application(*, application: BaseApplication, reason: str, actor, now: dt.datetime) -> BaseApplication:
    """Take the application back, as long as the kind lets it; whoever was asked about it is told."""
    kind = kind_of(application)
    kind.refuse_withdrawal(application)
    row = kind.workflow.apply("withdraw", application, actor=actor, reason=reason, changes={"decided_on": now.date()})
    kind.withdrawn(row, reason=reason, actor=actor, now=now)
    kind.ended(row)
    emails.application_withdrawn(row, reason)
    for review in row.reviews.filter(state__in=("assigned", "accepted")):
        REVIEW.apply("cancel", review, actor=None, reason=_("The application was withdrawn."))
    return row


@transaction.atomic
def attach_document(*, application: BaseApplication, kind: str, upload, actor, now: dt.datetime) -> BaseDocument:
    """Add a paper; the one there before stays, marked as replaced. Raises ValidationError for an unfit file."""
    row = _editable(application, actor)
    paper = row.call.requested_documents.filter(kind=kind).first()
    if paper is None:
        raise ValidationError(_("This call does not ask for such a paper."))
    stored = store_upload(
        upload=upload, kind=kind, about=row, owner=actor, actor=actor, max_bytes=paper.max_megabytes * 1024 * 1024
    )
    row.documents.filter(kind=kind, replaced_at=None).update(replaced_at=now)
    document = row.documents.create(kind=kind, file=stored)
    row.saved_at = now
    row.save(update_fields=["saved_at", "updated_at"])
    return document


@transaction.atomic
def remove_document(*, document: BaseDocument, actor, now: dt.datetime) -> None:
    """Take a paper out: from a draft for good, from an application that was handed in once only as replaced."""
    row = _editable(document.application, actor)
    if row.version == 0:
        stored = document.file
        document.delete()
        discard_file(stored_file=stored, actor=actor)
    else:
        document.replaced_at = now
        document.save(update_fields=["replaced_at", "updated_at"])
        audit.record("application.document_removed", row, actor=actor, kind=document.kind, audience=audit.APPLICANT)


# -- by the clock ------------------------------------------------------------------------------------------------------
def lapse_drafts(*, now: dt.datetime) -> int:
    """End the drafts of calls that have closed or were cancelled, and tell their owners; the number ended."""
    return sum(_lapse_drafts(kind, now) for kind in kinds())


def _lapse_drafts(kind: ApplicationKind, now: dt.datetime) -> int:
    drafts = kind.model._base_manager.filter(state=State.DRAFT).exclude(
        call__state__in=(Call.State.DRAFT, Call.State.APPROVED, Call.State.OPEN, Call.State.PAUSED)
    )
    late = drafts.filter(
        Q(call__closes_at=None) | Q(call__closes_at__lte=now - GRACE) | Q(call__state=Call.State.CANCELLED)
    )
    return sum(_end(application, "lapse", emails.draft_lapsed) for application in late)


def expire_returned(*, today: dt.date) -> int:
    """End returned applications that were not completed by their day, wherever on Earth it ends; the number ended."""
    return sum(
        _end(application, "expire", emails.application_expired)
        for kind in kinds()
        for application in kind.model._base_manager.filter(
            state=State.RETURNED, returned_until__lt=today - DAY_EVERYWHERE
        )
    )


def tell_of_cancelled_calls() -> int:
    """Write to applicants of cancelled calls, each once; the number of applications concerned."""
    applications = [
        application
        for kind in kinds()
        for application in kind.model._default_manager.in_process().filter(call__state=Call.State.CANCELLED).for_list()
    ]
    for application in applications:
        entry = audit.timeline(application.call).filter(verb="call.cancel").first()
        emails.call_cancelled(application, entry.reason if entry else "")
    return len(applications)


@transaction.atomic
def _end(application: BaseApplication, step: str, tell) -> int:
    try:
        row = kind_of(application).workflow.apply(step, application, actor=None)
    except StepError:  # the applicant was faster
        return 0
    kind_of(row).ended(row)
    tell(row)
    return 1


# -- inside ------------------------------------------------------------------------------------------------------------
def _editable(application: BaseApplication, actor) -> BaseApplication:
    row = lock(application)
    if not rules.is_applicant(actor, row):
        raise PermissionDenied("edit")
    if row.state not in EDITABLE:
        raise StepError(_("This application has been handed in and cannot be changed now."))
    return row


def _check_window(call: Call, now: dt.datetime) -> bool:
    """Whether the application arrives in the grace after closing; raises CallClosed where it comes too late."""
    if call.takes_applications(now):
        return False
    just_closed = call.state in (Call.State.OPEN, Call.State.CLOSED) and call.closes_at is not None
    if just_closed and call.closes_at <= now < call.closes_at + GRACE:
        return True
    raise CallClosed(
        _("This call is closed. Your draft has been kept; please write to the programme about a late application.")
    )


def _take_consents(application: BaseApplication, codes: set[str], language: str, actor) -> None:
    kind = kind_of(application)
    recipient = kind.consent_recipient(application)
    asked = [purpose for purpose in kind.consent_purposes(application) if not purpose.is_notice]
    refused = [
        purpose
        for purpose in asked
        if purpose.code not in codes and not agrees(application.applicant, purpose, recipient)
    ]
    if refused:
        raise Incomplete(
            _("Without these consents we cannot handle your application."),
            [MissingItem(SENDING, purpose.code, purpose.text) for purpose in refused],
        )
    agreed = codes & {purpose.code for purpose in asked}
    give_consents(person=application.applicant, codes=agreed, language=language, actor=actor, recipient=recipient)


def _save_person(person, values: dict[str, Any]) -> None:
    if not values:
        return
    for name, value in values.items():
        setattr(person, name, value)
    person.full_clean(
        exclude=[field.name for field in person._meta.fields if field.name not in values], validate_constraints=False
    )
    person.save()


def _plain(value):
    if hasattr(value, "pk"):
        return {"id": value.pk, "label": str(value)}
    if isinstance(value, Decimal):
        return str(value)
    return value.isoformat() if isinstance(value, dt.date) else value
