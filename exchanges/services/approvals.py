"""The four signatures of the two-sided rule: host researcher and unit, home supervisor and institution.

Whoever has no sign-in signs by a personal link: the supervisor always, a host without sign-in, and the international
office of an institution that does not work in the portal, where the applicant has named its address. Where there is
nobody to ask, the part is void, with a note that the programme's managers see before they decide.
"""

import datetime as dt
from collections.abc import Callable

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from exchanges import emails, rules
from exchanges.models import Application, Approval
from exchanges.workflows import APPLICATION, APPROVAL
from portal.accounts.desks import users_at
from portal.accounts.roles import Role
from portal.applications import emails as application_emails
from portal.core import audit
from portal.core.links import LinkExpired, find_by_token, give_token
from portal.core.workflow import ReasonMissing, StepError, lock

ANSWER_WITHIN = dt.timedelta(days=14)
LINK_LIVES = dt.timedelta(days=21)

APPROVED, REFUSED = Approval.State.APPROVED, Approval.State.REFUSED
Part = Approval.Part


@transaction.atomic
def ask(*, application: Application, actor, now: dt.datetime) -> list[Approval]:
    """Ask for the four parts that are not already asked or given for this version."""
    if actor is not None and not rules.manages(actor, application):
        raise PermissionDenied("ask")
    if application.state != Application.State.HOST_AND_HOME:
        raise StepError(_("Host and home can be asked only after the export pre-check."))
    standing = set(application.approvals.exclude(state=Approval.State.VOID).values_list("part", flat=True))
    asked = [_ask_part(part, application, now) for part in Part.values if part not in standing]
    audit.record(
        "application.approvals_asked", application, actor=actor, audience=audit.APPLICANT, parts=[a.part for a in asked]
    )
    return asked


@transaction.atomic
def decide(
    *, approval: Approval, decision: str, comment: str = "", actor=None, token_holder_name: str = "", now: dt.datetime
) -> Approval:
    """Approve or refuse one part: by a signed-in `actor`, or by the holder of the link, who types a name.

    The last signature moves the application on; a refusal ends it. Raises PermissionDenied, StepError, ReasonMissing.
    """
    application = lock(approval.application)
    if decision not in (APPROVED, REFUSED):
        raise ValueError(f"no such decision: {decision!r}")
    if application.state != Application.State.HOST_AND_HOME:
        raise StepError(_("This application does not wait for approval any more."))
    if approval.application_version != application.version:
        raise StepError(_("The application has changed since you were asked. You will be asked again."))
    if decision == REFUSED and not comment.strip():
        raise ReasonMissing(_("Please say why you refuse."))
    if actor is None:
        signature = _by_link(approval, token_holder_name, now)
    else:
        signature = {"approver": actor, "approver_name": str(actor)}
    row = APPROVAL.apply(
        "approve" if decision == APPROVED else "refuse",
        approval,
        actor=actor,
        reason=comment,
        changes={**signature, "decided_at": now, "comment": comment},
        signed_by=signature["approver_name"],
        version=approval.application_version,
    )
    _carry_on(application, row, actor, now)
    return row


def behind_link(*, token: str, now: dt.datetime) -> Approval | None:
    """The approval of a mailed link, None where there is none. Raises LinkExpired for one too old to sign with."""
    rows = Approval.objects.select_related("application__call__programme", "application__applicant", "organisation")
    try:
        return find_by_token(rows, token=token, now=now)
    except LinkExpired as expired:
        if expired.row.state == Approval.State.ASKED:
            raise
        return expired.row  # what was signed can be read as long as the address is known


@transaction.atomic
def renew_token(*, approval: Approval, now: dt.datetime) -> None:
    """Mail a new link to the same address; the old one stops working."""
    row = lock(approval)
    if row.state != Approval.State.ASKED or not row.token_hash:
        raise StepError(_("There is nothing to sign any more."))
    token = give_token(row, expires_at=now + LINK_LIVES)
    row.save(update_fields=["token_hash", "token_expires_at", "updated_at"])
    audit.record("approval.renew_link", row, actor=None, audience=audit.DESKS)
    emails.approval_link(row, token)
    approval.refresh_from_db()


# -- asking ------------------------------------------------------------------------------------------------------------
def _ask_part(part: str, application: Application, now: dt.datetime) -> Approval:
    approval = Approval(
        application=application,
        part=part,
        organisation=application.host_organisation if part in Approval.HOST_PARTS else application.home_organisation,
        asked_at=now,
        due_on=now.date() + ANSWER_WITHIN,
        application_version=application.version,
    )
    return _ASKING[part](approval, now)


def _ask_host_researcher(approval: Approval, now: dt.datetime) -> Approval:
    host = approval.application.host_person
    if host is not None and host.user_id:
        return _ask_user(approval, host.user)
    if host is not None and host.email:
        return _ask_by_link(approval, str(host), host.email, now)
    return _nobody(approval, _("The application names no host researcher; the unit signs for the host side."))


def _ask_unit_head(approval: Approval, now: dt.datetime) -> Approval:
    application = approval.application
    if heads := _office(Role.HOST_UNIT_HEAD, approval.organisation, application, now):
        return _ask_office(approval, Role.HOST_UNIT_HEAD, heads)
    approval.organisation = application.programme.owner
    managers = _office(Role.PROGRAMME_MANAGER, application.programme.owner, application, now)
    return _ask_office(approval, Role.PROGRAMME_MANAGER, managers)


def _ask_supervisor(approval: Approval, now: dt.datetime) -> Approval:
    application = approval.application
    if not application.supervisor_email:
        return _nobody(approval, _("The application names no supervisor."))
    return _ask_by_link(approval, application.supervisor_name, application.supervisor_email, now)


def _ask_home_office(approval: Approval, now: dt.datetime) -> Approval:
    application = approval.application
    if office := _office(Role.HOME_OFFICE, approval.organisation, application, now):
        return _ask_office(approval, Role.HOME_OFFICE, office)
    if application.home_office_email:
        return _ask_by_link(approval, application.home_label, application.home_office_email, now)
    return _nobody(approval, _("The home institution does not work in this portal and no office was named."))


_ASKING: dict[str, Callable[[Approval, dt.datetime], Approval]] = {
    Part.HOST_RESEARCHER: _ask_host_researcher,
    Part.HOST_UNIT_HEAD: _ask_unit_head,
    Part.HOME_SUPERVISOR: _ask_supervisor,
    Part.HOME_OFFICE: _ask_home_office,
}


def _office(role: str, organisation, application: Application, now: dt.datetime) -> list:
    """Those in the office who may sign: neither the applicant nor the host researcher, who signs elsewhere."""
    own = {application.applicant.user_id, application.host_person.user_id if application.host_person else None}
    users = users_at(role, organisation, today=now.date(), programme=application.programme)
    return [user for user in users if user.pk not in own]


def _ask_user(approval: Approval, user) -> Approval:
    approval.approver, approval.approver_name, approval.signing_role = user, str(user), Role.HOST_RESEARCHER
    approval.save()
    emails.approval_asked(approval, [user.as_recipient()])
    return approval


def _ask_office(approval: Approval, role: str, users: list) -> Approval:
    approval.signing_role = role
    approval.save()
    emails.approval_asked(approval, [user.as_recipient() for user in users])
    return approval


def _ask_by_link(approval: Approval, name: str, email: str, now: dt.datetime) -> Approval:
    approval.approver_name, approval.approver_email = name, email
    token = give_token(approval, expires_at=now + LINK_LIVES)
    approval.save()
    emails.approval_link(approval, token)
    return approval


def _nobody(approval: Approval, note: str) -> Approval:
    approval.state, approval.comment = Approval.State.VOID, note
    approval.save()
    audit.record("approval.nobody_to_ask", approval, actor=None, reason=note, after=Approval.State.VOID)
    return approval


# -- deciding ----------------------------------------------------------------------------------------------------------
def _by_link(approval: Approval, name: str, now: dt.datetime) -> dict:
    if not approval.token_hash:
        raise PermissionDenied("this part is signed in the portal")
    if approval.token_expires_at <= now:
        raise LinkExpired(approval)
    if not name.strip():
        raise StepError(_("Please type your name."))
    return {"approver_name": name.strip()[:200]}


def _carry_on(application: Application, approval: Approval, actor, now: dt.datetime) -> None:
    """Move the application where this signature was a refusal or the last one."""
    if approval.state == REFUSED:
        for other in application.approvals.filter(state=Approval.State.ASKED):
            APPROVAL.apply("void", other, actor=None, reason=_("The other part was refused."))
        _step("refuse_by_side", application, actor, {"decided_on": now.date()}, approval)
        emails.approval_refused(approval)
        application_emails.application_declined(application)
    elif not application.approvals.filter(state=Approval.State.ASKED).exists():
        _step("endorse", application, actor, {}, approval)
        emails.approvals_complete(application)


def _step(name: str, application: Application, actor, changes: dict, approval: Approval) -> None:
    """Signed by a link, or for a side in another role than its own office: then the system moves the application."""
    mover = actor if actor is not None and APPLICATION.can(name, application, actor) else None
    APPLICATION.apply(
        name, application, actor=mover, changes=changes, part=approval.part, signed_by=approval.approver_name
    )
