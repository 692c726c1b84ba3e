"""The applicant's own acts: drafting, handing in, withdrawing, and the papers that go with it."""

import datetime as dt
import uuid
from typing import Any, NamedTuple

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from exchanges import emails, rules
from exchanges.models import Application, ApplicationDocument, ApplicationVersion, Offer
from exchanges.querysets import IN_PROCESS
from exchanges.services import eligibility
from exchanges.workflows import APPLICATION, OFFER, REVIEW
from portal.accounts.models import Consent, ConsentPurpose
from portal.accounts.services import give_consents
from portal.core import audit
from portal.core.countries import country_name
from portal.core.workflow import StepError, lock
from portal.documents.services import discard_file, store_upload
from portal.programmes.models import Call

# An upload that started before the closing minute may end after it; both instants are kept (handbook, exchanges §4).
GRACE = dt.timedelta(minutes=15)
# A civil day ends everywhere on Earth within the next day of UTC.
DAY_EVERYWHERE = dt.timedelta(days=1)

EDITABLE = (Application.State.DRAFT, Application.State.RETURNED)

# What is asked in which section, of the person and of the application. The keys are part of addresses.
PERSON_FIELDS = {
    "about": (
        "family_name", "given_name", "display_name", "family_name_ja", "given_name_ja", "family_name_kana",
        "given_name_kana", "name_order", "career_stage", "orcid", "ui_language", "timezone",
    ),
}  # fmt: skip
SECTION_FIELDS: dict[str, tuple[str, ...]] = {
    "about": (),
    "studies": ("home_organisation", "home_organisation_other", "degree_course", "enrolled_until", "field_of_study"),
    "stay": ("host_organisation", "host_person", "purpose", "start_requested", "end_requested"),
    "plan": ("topic", "plan", "motivation", "funding", "access_needs"),
    "documents": (),
    "home": ("supervisor_name", "supervisor_email", "home_office_email"),
    "consents": (),
}
SECTIONS = tuple(SECTION_FIELDS)
REQUIRED = {
    "about": ("given_name", "career_stage"),
    "studies": ("degree_course", "field_of_study"),
    "stay": ("host_organisation", "purpose", "start_requested", "end_requested"),
    "plan": ("topic", "plan", "motivation"),
    "home": ("supervisor_name", "supervisor_email"),
}


class CallClosed(StepError):
    """The call takes no applications (any more, yet, or at the moment); the draft stays as it is."""


class Incomplete(StepError):
    """Something is missing; `items` says what and where."""

    def __init__(self, message: str, items: list["MissingItem"]):
        super().__init__(message)
        self.items = items


class MissingItem(NamedTuple):
    """One thing to fill in: section key, field name (or the kind of a paper), and a sentence."""

    section: str
    field: str
    message: str


@transaction.atomic
def start_application(*, call: Call, person, actor, now: dt.datetime) -> Application:
    """Begin a draft for the call, or find the one that exists."""
    if not rules.is_person(actor, person):
        raise PermissionDenied("start")
    existing = Application.objects.filter(call=call, applicant=person, state=Application.State.DRAFT).first()
    if existing:
        return existing
    if not call.takes_applications(now):
        raise CallClosed(_("This call does not take applications at the moment."))
    if Application.objects.filter(
        call=call, applicant=person, state__in=(*IN_PROCESS, Application.State.SELECTED)
    ).exists():
        raise StepError(_("You have already applied to this call. You can follow your application on your desk."))
    try:
        with transaction.atomic():
            application = Application.objects.create(
                code=f"new-{uuid.uuid4().hex}",
                call=call,
                programme=call.programme,
                applicant=person,
                home_organisation=person.organisation,
            )
    except IntegrityError:  # a second click came first
        return Application.objects.get(call=call, applicant=person, state=Application.State.DRAFT)
    application.code = f"app-{application.pk:06d}"
    application.save(update_fields=["code", "updated_at"])
    audit.record("application.start", application, actor=actor, audience=audit.APPLICANT)
    return application


@transaction.atomic
def save_section(
    *, application: Application, section: str, values: dict[str, Any], actor, now: dt.datetime
) -> Application:
    """Keep what stands in one section, complete or not; other fields than the section's are refused.

    Raises ValidationError, by field, for values that cannot be kept.
    """
    row = _editable(application, actor)
    unknown = set(values) - set(SECTION_FIELDS[section]) - set(PERSON_FIELDS.get(section, ()))
    if unknown:
        raise ValidationError({name: _("This field does not belong to this section.") for name in sorted(unknown)})
    _save_person(row.applicant, {name: values[name] for name in PERSON_FIELDS.get(section, ()) if name in values})
    for name in SECTION_FIELDS[section]:
        if name in values:
            setattr(row, name, values[name])
    if row.start_requested and row.end_requested and row.end_requested < row.start_requested:
        raise ValidationError({"end_requested": _("The last day lies before the first day.")})
    row.saved_at = now
    row.save()
    application.refresh_from_db()
    return row


def missing_items(application: Application) -> list[MissingItem]:
    """What still has to be filled in before submitting, in the order of the sections (consents are given then)."""
    missing = []
    person = application.applicant
    for section in SECTIONS:
        for name in REQUIRED.get(section, ()):
            owner = person if name in PERSON_FIELDS.get(section, ()) else application
            if not getattr(owner, name):
                label = owner._meta.get_field(name).verbose_name
                missing.append(MissingItem(section, name, _("“%(field)s” is empty.") % {"field": label}))
        if section == "studies" and not application.home_label:
            missing.append(MissingItem(section, "home_organisation", _("Please say which institution you come from.")))
        if section == "home" and (problem := _signs_for_two(application)):
            missing.append(problem)
        if section == "documents":
            missing += [
                MissingItem(section, paper.kind, _("“%(paper)s” has not been uploaded.") % {"paper": paper.name})
                for paper in missing_documents(application)
            ]
    return missing


def _signs_for_two(application: Application) -> MissingItem | None:
    """Nobody approves for both sides: those who sign by a link must be other people than those who sign in."""
    supervisor, office = application.supervisor_email.lower(), application.home_office_email.lower()
    host = application.host_person.as_recipient().email.lower() if application.host_person else ""
    own = application.applicant.as_recipient().email.lower()
    if supervisor and supervisor in (own, host):
        return MissingItem(
            "home", "supervisor_email", _("The supervisor must be another person than you and your host.")
        )
    if office and office in (own, host, supervisor):
        message = _("The international office needs an address of its own.")
        return MissingItem("home", "home_office_email", message)
    return None


def missing_documents(application: Application) -> list:
    """Papers that the call requires and that are not there."""
    there = set(application.documents.filter(replaced_at=None).values_list("kind", flat=True))
    return [
        paper for paper in application.call.requested_documents.all() if paper.is_required and paper.kind not in there
    ]


def consent_purposes(application: Application):
    """The purposes asked for with this application: what is required, and the notices.

    Handing data to the other side is asked only where home and host lie in two countries, or home is not known.
    """
    home, host = application.home_organisation, application.host_organisation
    stays_inside = home is not None and host is not None and home.country == host.country != ""
    required = Q(kind="required") if stays_inside else Q(kind__startswith="required")
    return ConsentPurpose.objects.filter(required | Q(kind="shown"))


@transaction.atomic
def submit_application(
    *, application: Application, consents: set[str], language: str, actor, now: dt.datetime
) -> Application:
    """Hand the application in, the first time or completed: check the clock, freeze the version, tell everybody.

    `consents` are the codes ticked. Raises CallClosed, Incomplete.
    """
    row = _editable(application, actor)
    is_first = row.state == Application.State.DRAFT
    in_grace = is_first and _check_window(row.call, now)
    if not is_first and row.returned_until and now.date() > row.returned_until + DAY_EVERYWHERE:
        raise StepError(_("The time to complete this application has passed."))
    items = missing_items(row)
    if items:
        raise Incomplete(_("Something is still missing. Please fill it in first."), items)
    _take_consents(row, consents, language, actor)
    number = row.version + 1
    ApplicationVersion.objects.create(application=row, number=number, content=content_of(row), submitted_by=actor)
    row = APPLICATION.apply(
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
    emails.application_received(row)
    emails.application_arrived(row)
    application.refresh_from_db()
    return row


def content_of(application: Application) -> dict:
    """Everything that was handed in, as plain values: what approvers and reviewers have before them."""
    fields = [name for names in SECTION_FIELDS.values() for name in names]
    person_fields = PERSON_FIELDS["about"]
    return {
        "person": {name: str(getattr(application.applicant, name)) for name in person_fields},
        "application": {name: _plain(getattr(application, name)) for name in fields},
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
def withdraw_application(*, application: Application, reason: str, actor, now: dt.datetime) -> Application:
    """Take the application back, at any time before the offer is accepted; a waiting offer is declined with it."""
    accepted = Offer.objects.filter(application=application, state=Offer.State.ACCEPTED)
    if accepted.exists():
        raise StepError(_("You have accepted the offer. To cancel the stay, please write to the programme."))
    row = APPLICATION.apply("withdraw", application, actor=actor, reason=reason, changes={"decided_on": now.date()})
    for offer in row.offers.filter(state=Offer.State.SENT):
        OFFER.apply("decline", offer, actor=actor, changes={"answered_at": now, "answer_comment": reason})
    emails.application_withdrawn(row, reason)
    for review in row.reviews.filter(state__in=("assigned", "accepted")):
        REVIEW.apply("cancel", review, actor=None, reason=_("The application was withdrawn."))
    return row


@transaction.atomic
def attach_document(*, application: Application, kind: str, upload, actor, now: dt.datetime) -> ApplicationDocument:
    """Add a paper; the one there before stays, marked as replaced. Raises ValidationError for an unfit file."""
    row = _editable(application, actor)
    paper = row.call.requested_documents.filter(kind=kind).first()
    if paper is None:
        raise ValidationError(_("This call does not ask for such a paper."))
    stored = store_upload(
        upload=upload, kind=kind, about=row, owner=actor, actor=actor, max_bytes=paper.max_megabytes * 1024 * 1024
    )
    row.documents.filter(kind=kind, replaced_at=None).update(replaced_at=now)
    document = ApplicationDocument.objects.create(application=row, kind=kind, file=stored)
    row.saved_at = now
    row.save(update_fields=["saved_at", "updated_at"])
    return document


@transaction.atomic
def remove_document(*, document: ApplicationDocument, actor, now: dt.datetime) -> None:
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
    drafts = Application.objects.filter(state=Application.State.DRAFT).exclude(
        call__state__in=(Call.State.DRAFT, Call.State.APPROVED, Call.State.OPEN, Call.State.PAUSED)
    )
    late = drafts.filter(
        Q(call__closes_at=None) | Q(call__closes_at__lte=now - GRACE) | Q(call__state=Call.State.CANCELLED)
    )
    return sum(_end(application, "lapse", emails.draft_lapsed) for application in late)


def expire_returned(*, today: dt.date) -> int:
    """End returned applications that were not completed by their day, wherever on Earth it ends; the number ended."""
    late = Application.objects.filter(state=Application.State.RETURNED, returned_until__lt=today - DAY_EVERYWHERE)
    return sum(_end(application, "expire", emails.application_expired) for application in late)


def tell_of_cancelled_calls() -> int:
    """Write to applicants of cancelled calls, each once; the number of applications concerned."""
    applications = Application.objects.in_process().filter(call__state=Call.State.CANCELLED).for_list()
    for application in applications:
        entry = audit.timeline(application.call).filter(verb="call.cancel").first()
        emails.call_cancelled(application, entry.reason if entry else "")
    return len(applications)


@transaction.atomic
def _end(application: Application, step: str, tell) -> int:
    try:
        row = APPLICATION.apply(step, application, actor=None)
    except StepError:  # the applicant was faster
        return 0
    tell(row)
    return 1


# -- inside ------------------------------------------------------------------------------------------------------------
def _editable(application: Application, actor) -> Application:
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


def _take_consents(application: Application, codes: set[str], language: str, actor) -> None:
    asked = list(consent_purposes(application))
    in_force = set(
        Consent.objects.filter(person=application.applicant, withdrawn_at=None).values_list("purpose__code", "version")
    )
    needed = [p for p in asked if not p.is_notice and (p.code, p.version) not in in_force]
    refused = [p for p in needed if p.code not in codes]
    if refused:
        raise Incomplete(
            _("Without these consents we cannot handle your application."),
            [MissingItem("consents", purpose.code, purpose.text) for purpose in refused],
        )
    host = application.host_organisation
    give_consents(
        person=application.applicant,
        codes=codes,
        language=language,
        actor=actor,
        country=country_name(host.country, language) if host else "",
    )


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
    return value.isoformat() if isinstance(value, dt.date) else value
