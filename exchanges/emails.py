"""One function per mail of an exchange, named after what happened; readers get it in their language and zone."""

import datetime as dt
from collections.abc import Iterable

from django.urls import reverse
from django.utils import timezone

from exchanges.models import Application, Approval, Offer, Review, Stay
from portal.accounts.desks import users_at
from portal.accounts.roles import Role
from portal.core.dates import both_zones_text, long_date
from portal.outbox.services import Recipient, queue


# -- where a mail leads ------------------------------------------------------------------------------------------------
def page(name: str, *args) -> str:
    return reverse(f"exchanges:{name}", args=args)


def desk_page(row) -> str:
    """The record on the coordinators' desk."""
    return reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk])


# -- who reads it ------------------------------------------------------------------------------------------------------
def managers_of(programme, today: dt.date) -> list[Recipient]:
    return recipients(users_at(Role.PROGRAMME_MANAGER, programme.owner, programme=programme, today=today))


def recipients(users: Iterable) -> list[Recipient]:
    return [user.as_recipient() for user in users]


def reach(person) -> list[Recipient]:
    """The person as a reader, where there is an address."""
    if person is None or not (person.user_id or person.email):
        return []
    return [person.as_recipient()]


def _today() -> dt.date:
    return timezone.localdate()


# -- writing -----------------------------------------------------------------------------------------------------------
def _write(kind: str, readers: Iterable[Recipient], about, *, programme, url: str, key: str, **context) -> None:
    """Queue the mail for each reader; `key` makes it once per event and reader.

    A value of the context that can be called with a reader is the reader's own: `(reader) -> value or callable`.
    """
    for reader in readers:
        values = {name: (value(reader) if isinstance(value, _Own) else value) for name, value in context.items()}
        queue(
            kind=kind,
            to=reader,
            about=about,
            organisation=programme.owner,
            dedupe_key=f"{kind}:{about._meta.label_lower}.{about.pk}:{key}:{reader.email.lower()}",
            context={"sender": lambda: programme.owner.name, "action_url": url, **values},
        )


class _Own:
    """A value that depends on the reader."""

    def __init__(self, function):
        self.function = function

    def __call__(self, reader: Recipient):
        return self.function(reader)


def _instant(at: dt.datetime, zone: str) -> _Own:
    """An instant in the zone it was meant in and in the reader's own."""
    return _Own(lambda reader: lambda: both_zones_text(at, zone, reader.timezone))


def _day(day: dt.date):
    return lambda: long_date(day)


def _about_application(application: Application) -> dict:
    return {
        "number": application.code,
        "call": lambda: application.call.title,
        "applicant": lambda: str(application.applicant),
        "host": lambda: application.host_organisation.name if application.host_organisation else "",
        "home": lambda: application.home_label,
        "topic": application.topic,
    }


def _to_applicant(kind: str, application: Application, *, key: str, url: str = "", **context) -> None:
    _write(
        kind,
        reach(application.applicant),
        application,
        programme=application.programme,
        url=url or page("application", application.public_id),
        key=key,
        **_about_application(application),
        **context,
    )


def _to_managers(kind: str, application: Application, *, key: str, **context) -> None:
    _write(
        kind,
        managers_of(application.programme, _today()),
        application,
        programme=application.programme,
        url=desk_page(application),
        key=key,
        **_about_application(application),
        **context,
    )


# -- application -------------------------------------------------------------------------------------------------------
def application_received(application: Application) -> None:
    """To the applicant: it has arrived, and what comes next."""
    _to_applicant(
        "application_received",
        application,
        key=f"v{application.version}",
        at=_instant(application.submitted_at, application.call.timezone),
        version=application.version,
    )


def application_arrived(application: Application) -> None:
    """To the programme's managers: a new application, or a new version of one."""
    _to_managers("application_arrived", application, key=f"v{application.version}", version=application.version)


def application_returned(application: Application) -> None:
    _to_applicant(
        "application_returned",
        application,
        key=f"v{application.version}",
        missing=application.returned_items,
        until=_day(application.returned_until),
    )


def application_ineligible(application: Application, reason: str) -> None:
    _to_applicant("application_ineligible", application, key="once", reason=reason)


def application_declined(application: Application) -> None:
    """To the applicant, in neutral words: the reasons stay with those who decided."""
    _to_applicant("application_declined", application, key="once")


def application_waitlisted(application: Application) -> None:
    _to_applicant("application_waitlisted", application, key=f"rank{application.rank}", rank=application.rank)


def application_withdrawn(application: Application, reason: str) -> None:
    """To the managers, the host and whoever was asked to sign or to review: nothing more to do."""
    _to_managers("application_withdrawn", application, key="managers", reason=reason)
    reviewers = [
        review.reviewer.as_recipient() for review in application.reviews.filter(state__in=("assigned", "accepted"))
    ]
    involved = {reader.email: reader for reader in (*reach(application.host_person), *reviewers)}
    if application.approvals.exists() or application.reviews.exists():
        _write(
            "application_withdrawn",
            involved.values(),
            application,
            programme=application.programme,
            url=page("hosting"),
            key="involved",
            **_about_application(application),
            reason="",
        )


def application_expired(application: Application) -> None:
    """To the applicant whose returned application was not completed in time."""
    _to_applicant("application_expired", application, key="once", until=_day(application.returned_until))


def draft_lapsed(application: Application) -> None:
    """To the owner of a draft when its call has closed."""
    _to_applicant("draft_lapsed", application, key="once", contact=application.call.contact_email)


def call_cancelled(application: Application, reason: str) -> None:
    """To everybody whose application was on its way when the call was cancelled."""
    _to_applicant("call_cancelled", application, key="once", reason=reason)


# -- export pre-check --------------------------------------------------------------------------------------------------
def screening_asked(screening) -> None:
    """To the host and the applicant: questions that the law asks, before anybody promises anything."""
    application = screening.application
    common = {"programme": application.programme, **_about_application(application)}
    turn = screening.valid_until or ""  # each decision that runs out asks once more
    _write(
        "screening_asked", reach(application.host_person), screening, url=page("hosting"), key=f"host{turn}", **common
    )
    _write(
        "screening_asked",
        reach(application.applicant),
        screening,
        url=page("application", application.public_id),
        key=f"applicant{turn}",
        **common,
    )


def screening_submitted(screening) -> None:
    """To the export officers: the answers are in."""
    _to_export_desk("screening_submitted", screening, Role.EXPORT_OFFICER, key=screening.submitted_at.isoformat())


def screening_referred(screening) -> None:
    """To the export approvers: an expert review needs them."""
    _to_export_desk("screening_referred", screening, Role.EXPORT_APPROVER, key="once")


def _to_export_desk(kind: str, screening, role: str, *, key: str) -> None:
    application = screening.application
    _write(
        kind,
        recipients(users_at(role, screening.organisation, today=_today())),
        screening,
        programme=application.programme,
        url=desk_page(screening),
        key=key,
        **_about_application(application),
    )


# -- approvals ---------------------------------------------------------------------------------------------------------
def approval_asked(approval: Approval, readers: list[Recipient]) -> None:
    """To the people who may sign in the portal."""
    _write(
        "approval_asked",
        readers,
        approval,
        programme=approval.application.programme,
        url=page("consent", approval.public_id),
        key="once",
        **_about_application(approval.application),
        part=approval.get_part_display,
        until=_day(approval.due_on),
    )


def approval_link(approval: Approval, token: str) -> None:
    """To somebody without a sign-in: a personal link for this one signature."""
    _write(
        "approval_link",
        [holder_of_link(approval)],
        approval,
        programme=approval.application.programme,
        url=page("approve_link", token),
        key=approval.token_hash[:16],
        **_about_application(approval.application),
        part=approval.get_part_display,
        until=_day(approval.due_on),
    )


def holder_of_link(approval: Approval) -> Recipient:
    """A reader known only by address: language and zone are those of the institution's country."""
    organisation = approval.organisation
    person = approval.application.host_person if approval.is_host_side else approval.application.applicant
    in_japan = organisation is not None and organisation.country == "JP"
    return Recipient(
        email=approval.approver_email,
        name=approval.approver_name,
        language="ja" if in_japan else "en",
        timezone="Asia/Tokyo" if in_japan else (person.as_recipient().timezone if person else "UTC"),
    )


def approvals_complete(application: Application) -> None:
    """To the managers: both sides have signed, the review can start."""
    _to_managers("approvals_complete", application, key=f"v{application.version}")


def approval_refused(approval: Approval) -> None:
    """To the managers: one side has refused."""
    _to_managers(
        "approval_refused",
        approval.application,
        key=str(approval.pk),
        part=approval.get_part_display,
        comment=approval.comment,
    )


# -- reviews -----------------------------------------------------------------------------------------------------------
def review_assigned(review: Review) -> None:
    _to_reviewer("review_assigned", review, key="once", due=_day(review.due_on))


def review_reopened(review: Review, reason: str) -> None:
    _to_reviewer("review_reopened", review, key=str(review.submitted_at), reason=reason, due=_day(review.due_on))


def review_cancelled(review: Review) -> None:
    _to_reviewer("review_cancelled", review, key="once")


def review_declined(review: Review, reason: str) -> None:
    """To the managers: somebody else has to be asked."""
    _to_managers(
        "review_declined", review.application, key=str(review.pk), reviewer=lambda: str(review.reviewer), reason=reason
    )


def _to_reviewer(kind: str, review: Review, *, key: str, **context) -> None:
    _write(
        kind,
        [review.reviewer.as_recipient()],
        review,
        programme=review.application.programme,
        url=page("review", review.public_id),
        key=key,
        **_about_application(review.application),
        **context,
    )


# -- offers ------------------------------------------------------------------------------------------------------------
def offer_sent(offer: Offer) -> None:
    _to_offered(
        "offer_sent", offer, answer_by=_instant(offer.answer_by, offer.application.applicant.as_recipient().timezone)
    )


def offer_expired(offer: Offer) -> None:
    _to_offered("offer_expired", offer)
    _to_managers("offer_not_taken", offer.application, key=f"expired{offer.pk}", answer="expired", comment="")


def offer_rescinded(offer: Offer) -> None:
    _to_offered("offer_rescinded", offer)


def offer_accepted(offer: Offer) -> None:
    """To managers, host and home office: the fellow comes."""
    application = offer.application
    dates = {"start": _day(offer.start_on), "end": _day(offer.end_on)}
    _to_managers("offer_accepted", application, key=str(offer.pk), **dates)
    common = {"programme": application.programme, **_about_application(application), **dates}
    _write(
        "offer_accepted", reach(application.host_person), application, url=page("hosting"), key=str(offer.pk), **common
    )
    office = recipients(
        users_at(Role.HOME_OFFICE, application.home_organisation, programme=application.programme, today=_today())
    )
    _write("offer_accepted", office, application, url=desk_page(application), key=str(offer.pk), **common)


def offer_declined(offer: Offer) -> None:
    _to_managers(
        "offer_not_taken", offer.application, key=f"declined{offer.pk}", answer="declined", comment=offer.answer_comment
    )


def _to_offered(kind: str, offer: Offer, **context) -> None:
    _write(
        kind,
        reach(offer.application.applicant),
        offer,
        programme=offer.application.programme,
        url=page("offer", offer.public_id),
        key="once",
        **_about_application(offer.application),
        start=_day(offer.start_on),
        end=_day(offer.end_on),
        **context,
    )


# -- stays -------------------------------------------------------------------------------------------------------------
def _about_stay(stay: Stay) -> dict:
    return {
        "number": stay.code,
        "fellow": lambda: str(stay.person),
        "host": lambda: stay.host_organisation.name,
        "programme_name": lambda: stay.programme.name,
        "start": _day(stay.start_on),
        "end": _day(stay.end_on),
    }


def _to_fellow(kind: str, stay: Stay, *, key: str = "once", url: str = "", **context) -> None:
    _write(
        kind,
        reach(stay.person),
        stay,
        programme=stay.programme,
        url=url or page("stay", stay.public_id),
        key=key,
        **_about_stay(stay),
        **context,
    )


def _to_desks(kind: str, stay: Stay, *, key: str = "once", **context) -> None:
    """To the programme's managers and the home office."""
    today = _today()
    readers = {
        reader.email: reader
        for reader in (
            *managers_of(stay.programme, today),
            *recipients(users_at(Role.HOME_OFFICE, stay.home_organisation, programme=stay.programme, today=today)),
        )
    }
    _write(
        kind,
        readers.values(),
        stay,
        programme=stay.programme,
        url=desk_page(stay),
        key=key,
        **_about_stay(stay),
        **context,
    )


def checklist_started(stay: Stay) -> None:
    """To the fellow and the host: the steps before arrival, with their days."""
    own = stay.tasks.open().filter(owner_role=Role.FELLOW).order_by("due_on").first()
    _to_fellow(
        "checklist_started",
        stay,
        first_task=(lambda: own.text) if own else "",
        first_due=_day(own.due_on) if own else "",
    )
    _write(
        "checklist_started_host",
        reach(stay.host_person),
        stay,
        programme=stay.programme,
        url=page("stay", stay.public_id),
        key="host",
        **_about_stay(stay),
    )


def arrival_confirmed(stay: Stay) -> None:
    _to_fellow("arrival_confirmed", stay, arrived=_day(stay.arrived_on))
    _to_desks("arrival_confirmed_desks", stay, arrived=_day(stay.arrived_on))


def stay_stopped(stay: Stay, reason: str) -> None:
    """To fellow and desks: the stay was cancelled, or the fellow did not come."""
    _to_fellow("stay_stopped", stay, what=stay.get_state_display, reason=reason)
    _to_desks("stay_stopped", stay, what=stay.get_state_display, reason=reason)


def stay_suspended(stay: Stay) -> None:
    """To fellow, host and desks: no access for now. The reason stays with the office that decided."""
    key = timezone.now().isoformat()
    _to_fellow("stay_suspended", stay, key=key)
    _to_desks("stay_suspended", stay, key=key)


def stay_resumed(stay: Stay) -> None:
    key = timezone.now().isoformat()
    _to_fellow("stay_resumed", stay, key=key)
    _to_desks("stay_resumed", stay, key=key)


def stay_shortened(stay: Stay, reason: str) -> None:
    _to_fellow("stay_shortened", stay, key=str(stay.end_on), reason=reason)
    _to_desks("stay_shortened", stay, key=str(stay.end_on), reason=reason)


def exit_started(stay: Stay) -> None:
    """To fellow and host: the steps before leaving."""
    _to_fellow("exit_started", stay)
    _write(
        "exit_started_host",
        reach(stay.host_person),
        stay,
        programme=stay.programme,
        url=page("stay", stay.public_id),
        key="host",
        **_about_stay(stay),
    )


def report_asked(stay: Stay) -> None:
    _to_fellow("report_asked", stay, url=page("report", stay.public_id), due=_day(stay.report_due_on))


def report_submitted(stay: Stay) -> None:
    _write(
        "report_submitted",
        managers_of(stay.programme, _today()),
        stay,
        programme=stay.programme,
        url=desk_page(stay),
        key=stay.report.submitted_at.isoformat(),
        **_about_stay(stay),
    )


def report_returned(stay: Stay, reason: str) -> None:
    _to_fellow(
        "report_returned",
        stay,
        key=stay.report.submitted_at.isoformat(),
        url=page("report", stay.public_id),
        reason=reason,
    )


def certificate_issued(stay: Stay) -> None:
    """To the fellow: the stay is complete, here is the certificate."""
    _to_fellow(
        "certificate_issued",
        stay,
        key=stay.certificate.number,
        url=reverse("documents:download", args=[stay.certificate.file.public_id]),
        letter=stay.certificate.number,
    )
