"""The roles of the handbook (domain §3), what each may touch in the admin, and predicates about them."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    APPLICANT = "applicant", _("applicant")
    FELLOW = "fellow", _("fellow")
    HOME_SUPERVISOR = "home_supervisor", _("home supervisor")
    HOME_OFFICE = "home_office", _("home international office")
    HOST_RESEARCHER = "host_researcher", _("host researcher")
    HOST_UNIT_HEAD = "host_unit_head", _("head of the host unit")
    PROGRAMME_MANAGER = "programme_manager", _("programme manager")
    REVIEWER = "reviewer", _("reviewer")
    EXPORT_OFFICER = "export_officer", _("export control officer")
    EXPORT_APPROVER = "export_approver", _("export control approver")
    VISA_OFFICER = "visa_officer", _("visa officer")
    SAFETY_MANAGER = "safety_manager", _("safety manager")
    FACILITY_MANAGER = "facility_manager", _("facility manager")
    PAYER_OFFICE = "payer_office", _("payments office")
    EVENT_ORGANISER = "event_organiser", _("event organiser")
    STARTUP_MANAGER = "startup_manager", _("startup manager")
    FOUNDER = "founder", _("founder")
    COMPANY_USER = "company_user", _("company user")
    ALLIANCE_ADMIN = "alliance_admin", _("alliance administrator")
    LEGAL_OFFICER = "legal_officer", _("legal officer")
    SIGNATORY = "signatory", _("signatory")
    IP_OFFICER = "ip_officer", _("IP officer")
    KPI_AUDITOR = "kpi_auditor", _("statistics officer")
    DATA_PROTECTION_CONTACT = "data_protection_contact", _("data protection contact")


# Offices that work in the admin. The others (applicants, hosts, reviewers …) use pages made for their one task.
DESK_ROLES = frozenset(
    {
        Role.HOME_OFFICE,
        Role.HOST_UNIT_HEAD,
        Role.PROGRAMME_MANAGER,
        Role.EXPORT_OFFICER,
        Role.EXPORT_APPROVER,
        Role.VISA_OFFICER,
        Role.SAFETY_MANAGER,
        Role.FACILITY_MANAGER,
        Role.PAYER_OFFICE,
        Role.EVENT_ORGANISER,
        Role.STARTUP_MANAGER,
        Role.ALLIANCE_ADMIN,
        Role.LEGAL_OFFICER,
        Role.SIGNATORY,
        Role.IP_OFFICER,
        Role.KPI_AUDITOR,
        Role.DATA_PROTECTION_CONTACT,
    }
)

# Offices that handle one person's exchange from call to certificate.
EXCHANGE_DESKS = frozenset(
    {
        Role.HOME_OFFICE,
        Role.HOST_UNIT_HEAD,
        Role.PROGRAMME_MANAGER,
        Role.VISA_OFFICER,
        Role.SAFETY_MANAGER,
        Role.PAYER_OFFICE,
        Role.ALLIANCE_ADMIN,
    }
)
COORDINATORS = frozenset({Role.PROGRAMME_MANAGER, Role.HOME_OFFICE, Role.ALLIANCE_ADMIN})
MANAGERS = frozenset({Role.PROGRAMME_MANAGER, Role.ALLIANCE_ADMIN})
EXPORT_DESKS = frozenset({Role.EXPORT_OFFICER, Role.EXPORT_APPROVER})
# Seats that a programme's manager does not give: who decides on exports is not chosen by the programme.
GIVEN_BY_ADMINISTRATORS = EXPORT_DESKS | {Role.ALLIANCE_ADMIN}

VIEW, WRITE, FULL = ("view",), ("view", "add", "change"), ("view", "add", "change", "delete")

# role: {app label or "app.model": actions}. What is not here is not in that person's admin.
# Rows are narrowed further by `visible_to` and `editable_by`; steps by the workflows' rules.
_SHARED = {
    "alliances": VIEW,
    "programmes": VIEW,
    "accounts.person": VIEW,
    "core.glossaryterm": VIEW,
    "core.lifecyclestep": VIEW,
}
_EXCHANGE_VIEW = {**_SHARED, "exchanges": VIEW, "documents": VIEW, "core.auditentry": VIEW}
# The export office's own list, inside an app that others work in.
_NOT_TOURS: dict[str, tuple[str, ...]] = {"workshops.tourcheck": ()}
# One for every alliance, so no desk of one of them writes it.
_OF_THE_HOUSE = {"startups.metricdefinition": VIEW, "startups.exchangerate": VIEW}
PERMISSIONS: dict[str, dict[str, tuple[str, ...]]] = {
    Role.HOME_OFFICE: {
        **_EXCHANGE_VIEW,
        "accounts.person": WRITE,
        "exchanges": WRITE,
        "outbox": VIEW,
        "reminders": VIEW,
        "transfers": VIEW,
        "workshops": VIEW,
        **_NOT_TOURS,
        "reports": VIEW,
    },
    Role.HOST_UNIT_HEAD: _EXCHANGE_VIEW,
    Role.PROGRAMME_MANAGER: {
        **_EXCHANGE_VIEW,
        "accounts.person": WRITE,
        "accounts.seat": WRITE,
        "programmes": FULL,
        "exchanges": FULL,
        "outbox": WRITE,
        "reminders": WRITE,
        "transfers": VIEW,
        "workshops": WRITE,
        **_NOT_TOURS,
        "startups": VIEW,
        "reports": VIEW,
    },
    Role.ALLIANCE_ADMIN: {
        **_EXCHANGE_VIEW,
        "alliances": FULL,
        "accounts.person": WRITE,
        "accounts.seat": FULL,
        "programmes": FULL,
        "exchanges": WRITE,
        "outbox": WRITE,
        "reminders": WRITE,
        "transfers": VIEW,
        "workshops": WRITE,
        **_NOT_TOURS,
        "startups": WRITE,
        **_OF_THE_HOUSE,
        "reports": WRITE,
        "core": VIEW,
        "screening.question": VIEW,
        "screening.rule": VIEW,
    },
    # The exit check stands on the list of the stay, and nobody else may tick it off; nor may others stop a stay for it.
    Role.EXPORT_OFFICER: {
        **_SHARED,
        "screening": WRITE,
        "exchanges.stay": VIEW,
        "exchanges.staytask": WRITE,
        "startups.startup": VIEW,
        "workshops.tourcheck": VIEW,
        "core.auditentry": VIEW,
    },
    Role.EXPORT_APPROVER: {**_SHARED, "screening": WRITE, "core.auditentry": VIEW},
    Role.VISA_OFFICER: {**_EXCHANGE_VIEW, "exchanges.staytask": WRITE},
    Role.SAFETY_MANAGER: {**_EXCHANGE_VIEW, "exchanges.staytask": WRITE},
    Role.FACILITY_MANAGER: {**_SHARED, "alliances.facility": WRITE},
    Role.PAYER_OFFICE: {**_EXCHANGE_VIEW, "exchanges.staytask": WRITE},
    # Of mails, only those about events: see `MAIL_READERS`. Tables come in with what was imported before.
    Role.EVENT_ORGANISER: {**_SHARED, "workshops": FULL, **_NOT_TOURS, "outbox": VIEW, "transfers": VIEW},
    Role.STARTUP_MANAGER: {
        **_SHARED,
        "startups": FULL,
        **_OF_THE_HOUSE,
        "workshops": VIEW,
        **_NOT_TOURS,
        "transfers": VIEW,
    },  # fmt: skip
    Role.LEGAL_OFFICER: {**_SHARED, "alliances.agreement": WRITE},
    Role.SIGNATORY: {**_SHARED, "reports": VIEW},
    Role.IP_OFFICER: {**_SHARED, "alliances.ipitem": WRITE, "alliances.outcome": VIEW},
    Role.KPI_AUDITOR: {
        **_SHARED,
        "reports": WRITE,
        "alliances.outcome": WRITE,
        "workshops": VIEW,
        **_NOT_TOURS,
        "startups": VIEW,
        "transfers": VIEW,
    },
    Role.DATA_PROTECTION_CONTACT: {
        "core": VIEW,
        "accounts.consent": VIEW,
        "accounts.consentpurpose": VIEW,
        "accounts.countrysystem": VIEW,
    },
}


def role_allows(role: str, app_label: str, model_name: str, action: str) -> bool:
    """Whether a role may do view/add/change/delete with a model in the admin. The narrower entry wins."""
    table = PERMISSIONS.get(role, {})
    actions = table.get(f"{app_label}.{model_name}", table.get(app_label, ()))
    return action in actions


def has_role_at(user, roles, organisation_id: int | None, *, programme_id: int | None = None) -> bool:
    """Whether a seat of one of `roles` covers the organisation, or is limited to just this programme."""
    scope = getattr(user, "scope", None)
    if scope is None:
        return False
    if scope.is_global:
        return True
    wanted = frozenset([roles]) if isinstance(roles, str) else frozenset(roles)
    if organisation_id is not None and organisation_id in scope.organisation_ids(wanted):
        return True
    return programme_id is not None and programme_id in scope.programme_ids(wanted)


def has_role(user, roles) -> bool:
    """Whether the person holds one of `roles` anywhere."""
    scope = getattr(user, "scope", None)
    wanted = frozenset([roles]) if isinstance(roles, str) else frozenset(roles)
    return scope is not None and (scope.is_global or bool(scope.seats_in(wanted)))
