"""One function per mail of an exchange, named after what happened; readers get it in their language and zone."""

import datetime as dt

from django.urls import reverse
from django.utils import timezone

from exchanges.models import Application, Approval, Offer, Stay
from portal.accounts.desks import users_at
from portal.accounts.roles import Role
from portal.applications.emails import day, desk_page, instant, managers_of, reach, recipients, to_managers, write
from portal.documents.models import Letter
from portal.outbox.services import Recipient


# -- where a mail leads ------------------------------------------------------------------------------------------------
def page(name: str, *args) -> str:
    return reverse(f"exchanges:{name}", args=args)


def about_application(application: Application) -> dict:
    """The words that every mail about an application may use."""
    return {
        "number": application.code,
        "call": lambda: application.call.title,
        "applicant": lambda: str(application.applicant),
        "host": lambda: application.host_organisation.name if application.host_organisation else "",
        "home": lambda: application.home_label,
        "topic": application.topic,
    }


# -- applications ------------------------------------------------------------------------------------------------------
def application_withdrawn(application: Application) -> None:
    """To the host of an application that others were asked about: nothing more to do."""
    if application.approvals.exists() or application.reviews.exists():
        write(
            "application_withdrawn",
            reach(application.host_person),
            application,
            programme=application.programme,
            url=page("hosting"),
            key="involved",
            **about_application(application),
            reason="",
        )


def approvals_complete(application: Application) -> None:
    """To the managers: both sides have signed, the review can start."""
    to_managers("approvals_complete", application, key=f"v{application.version}")


# -- export pre-check --------------------------------------------------------------------------------------------------
def screening_asked(screening) -> None:
    """To the host and the applicant: questions that the law asks, before anybody promises anything."""
    application = screening.application
    common = {"programme": application.programme, **about_application(application)}
    turn = screening.valid_until or ""  # each decision that runs out asks once more
    write(
        "screening_asked", reach(application.host_person), screening, url=page("hosting"), key=f"host{turn}", **common
    )
    write(
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
    write(
        kind,
        recipients(users_at(role, screening.organisation, today=timezone.localdate())),
        screening,
        programme=application.programme,
        url=desk_page(screening),
        key=key,
        **about_application(application),
    )


# -- approvals ---------------------------------------------------------------------------------------------------------
def approval_asked(approval: Approval, readers: list[Recipient]) -> None:
    """To the people who may sign in the portal."""
    write(
        "approval_asked",
        readers,
        approval,
        programme=approval.application.programme,
        url=page("consent", approval.public_id),
        key="once",
        **about_application(approval.application),
        part=approval.get_part_display,
        until=day(approval.due_on),
    )


def approval_link(approval: Approval, token: str) -> None:
    """To somebody without a sign-in: a personal link for this one signature."""
    write(
        "approval_link",
        [holder_of_link(approval)],
        approval,
        programme=approval.application.programme,
        url=page("approve_link", token),
        key=approval.token_hash[:16],
        **about_application(approval.application),
        part=approval.get_part_display,
        until=day(approval.due_on),
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


def approval_refused(approval: Approval) -> None:
    """To the managers: one side has refused."""
    to_managers(
        "approval_refused",
        approval.application,
        key=str(approval.pk),
        part=approval.get_part_display,
        comment=approval.comment,
    )


# -- offers ------------------------------------------------------------------------------------------------------------
def offer_sent(offer: Offer) -> None:
    _to_offered(
        "offer_sent", offer, answer_by=instant(offer.answer_by, offer.application.applicant.as_recipient().timezone)
    )


def offer_expired(offer: Offer) -> None:
    _to_offered("offer_expired", offer)
    to_managers("offer_not_taken", offer.application, key=f"expired{offer.pk}", answer="expired", comment="")


def offer_rescinded(offer: Offer) -> None:
    _to_offered("offer_rescinded", offer)


def offer_accepted(offer: Offer) -> None:
    """To managers, host and home office: the fellow comes."""
    application = offer.application
    dates = {"start": day(offer.start_on), "end": day(offer.end_on)}
    to_managers("offer_accepted", application, key=str(offer.pk), **dates)
    common = {"programme": application.programme, **about_application(application), **dates}
    write(
        "offer_accepted", reach(application.host_person), application, url=page("hosting"), key=str(offer.pk), **common
    )
    office = recipients(
        users_at(
            Role.HOME_OFFICE, application.home_organisation, programme=application.programme, today=timezone.localdate()
        )
    )
    write("offer_accepted", office, application, url=desk_page(application), key=str(offer.pk), **common)


def offer_declined(offer: Offer) -> None:
    to_managers(
        "offer_not_taken", offer.application, key=f"declined{offer.pk}", answer="declined", comment=offer.answer_comment
    )


def _to_offered(kind: str, offer: Offer, **context) -> None:
    write(
        kind,
        reach(offer.application.applicant),
        offer,
        programme=offer.application.programme,
        url=page("offer", offer.public_id),
        key="once",
        **about_application(offer.application),
        start=day(offer.start_on),
        end=day(offer.end_on),
        **context,
    )


# -- stays -------------------------------------------------------------------------------------------------------------
def _about_stay(stay: Stay) -> dict:
    return {
        "number": stay.code,
        "fellow": lambda: str(stay.person),
        "host": lambda: stay.host_organisation.name,
        "programme_name": lambda: stay.programme.name,
        "start": day(stay.start_on),
        "end": day(stay.end_on),
    }


def _to_fellow(kind: str, stay: Stay, *, key: str = "once", url: str = "", **context) -> None:
    write(
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
    today = timezone.localdate()
    readers = {
        reader.email: reader
        for reader in (
            *managers_of(stay.programme, today),
            *recipients(users_at(Role.HOME_OFFICE, stay.home_organisation, programme=stay.programme, today=today)),
        )
    }
    write(
        kind,
        readers.values(),
        stay,
        programme=stay.programme,
        url=desk_page(stay),
        key=key,
        **_about_stay(stay),
        **context,
    )


def _to_host(kind: str, stay: Stay, *, key: str = "host", **context) -> None:
    """To the host researcher, who follows the stay on its page."""
    write(
        kind,
        reach(stay.host_person),
        stay,
        programme=stay.programme,
        url=page("stay", stay.public_id),
        key=key,
        **_about_stay(stay),
        **context,
    )


def _to_host_and_desks(kind: str, stay: Stay, *, key: str = "once", **context) -> None:
    _to_host(kind, stay, key=key, **context)
    _to_desks(kind, stay, key=key, **context)


def _to_everybody(kind: str, stay: Stay, *, key: str = "once", **context) -> None:
    _to_fellow(kind, stay, key=key, **context)
    _to_host_and_desks(kind, stay, key=key, **context)


def checklist_started(stay: Stay) -> None:
    """To the fellow and the host: the steps before arrival, with their days."""
    own = stay.tasks.open().filter(owner_role=Role.FELLOW).order_by("due_on").first()
    _to_fellow(
        "checklist_started",
        stay,
        first_task=(lambda: own.text) if own else "",
        first_due=day(own.due_on) if own else "",
    )
    _to_host("checklist_started_host", stay)


def arrival_confirmed(stay: Stay) -> None:
    _to_fellow("arrival_confirmed", stay, arrived=day(stay.arrived_on))
    _to_desks("arrival_confirmed_desks", stay, arrived=day(stay.arrived_on))


def stay_moved(stay: Stay, *, before: dict[str, dt.date], letter: Letter | None, reason: str, at: dt.datetime) -> None:
    """To fellow, host and desks: other days than before, and the letter that says so now."""
    _to_everybody(
        "stay_moved",
        stay,
        key=at.isoformat(),  # days that come back are news again
        old_start=day(before["start_on"]),
        old_end=day(before["end_on"]),
        letter=letter.number if letter else "",
        reason=reason,
    )


def stay_stopped(stay: Stay, reason: str) -> None:
    """To fellow, host and desks: the stay was cancelled, or the fellow did not come."""
    _to_everybody("stay_stopped", stay, what=stay.get_state_display, reason=reason)


def stay_fell_with_offer(stay: Stay) -> None:
    """To host and desks: the fellow reads it in the mail about the offer, and nobody reads the reason there."""
    _to_host_and_desks("stay_stopped", stay, what=stay.get_state_display, reason="")


def stay_suspended(stay: Stay) -> None:
    """To fellow, host and desks: no access for now. The reason stays with the office that decided."""
    _to_everybody("stay_suspended", stay, key=timezone.now().isoformat())


def stay_resumed(stay: Stay) -> None:
    """To fellow, host and desks: access is given again."""
    _to_everybody("stay_resumed", stay, key=timezone.now().isoformat())


def stay_shortened(stay: Stay, reason: str) -> None:
    """To fellow, host and desks: the last day is an earlier one."""
    _to_everybody("stay_shortened", stay, key=str(stay.end_on), reason=reason)


def exit_started(stay: Stay) -> None:
    """To fellow and host: the steps before leaving."""
    _to_fellow("exit_started", stay)
    _to_host("exit_started_host", stay)


def report_asked(stay: Stay) -> None:
    _to_fellow("report_asked", stay, url=page("report", stay.public_id), due=day(stay.report_due_on))


def report_submitted(stay: Stay) -> None:
    write(
        "report_submitted",
        managers_of(stay.programme, timezone.localdate()),
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
