"""Who may know what about a startup: five levels, for the record and, apart from it, for its figures and money."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portal.accounts.roles import Role
from portal.core.scoping import EVERYONE
from startups.querysets import NAMED_PERSONS, STARTUP_WRITERS

STARTUP_DESKS = STARTUP_WRITERS | {Role.KPI_AUDITOR}
# The export office reads the record of a firm that it has to check, never its figures.
RECORD_DESKS = STARTUP_DESKS | {Role.EXPORT_OFFICER}


class Confidentiality(models.TextChoices):
    """From the widest to the narrowest; each level includes those who stand below it."""

    PUBLIC = "public", _("public")
    ALLIANCE = "alliance", _("all members of the alliance")
    PARTNERS = "partners", _("the programme and the institution it came out of")
    TEAM = "programme_team", _("the programme's team")
    NAMED = NAMED_PERSONS, _("named persons")


RECORD = ("confidentiality",)
FIGURES = ("confidentiality", "figures_confidentiality")


def _open_to(level: Confidentiality, path: str, fields: tuple[str, ...]) -> Q:
    """Rows whose level is this one or a wider one, in every one of the fields."""
    levels = Confidentiality.values
    wide_enough = levels[: levels.index(level) + 1]
    return Q(**{f"{path}{field}__in": wide_enough for field in fields})


def organisations(path: str = "", fields: tuple[str, ...] = RECORD) -> dict[str, Q]:
    """Which seats open a row, by the way from the row to its startup (for `Scoping.organisations`)."""
    members = f"{path}cohort__programme__alliance__members"
    return {
        f"{path}cohort__programme__owner": _open_to(Confidentiality.TEAM, path, fields),
        # Before it is in a cohort, the institution it came out of is its team.
        f"{path}origin_organisation": _open_to(Confidentiality.PARTNERS, path, fields)
        | (_open_to(Confidentiality.TEAM, path, fields) & Q(**{f"{path}cohort": None})),
        f"{members}__organisation": _open_to(Confidentiality.ALLIANCE, path, fields)
        & Q(**{f"{members}__until_on": None}),
    }


def alliances(path: str = "", fields: tuple[str, ...] = RECORD) -> dict[str, Q]:
    return {f"{path}cohort__programme__alliance": _open_to(Confidentiality.ALLIANCE, path, fields)}


def programmes(path: str = "", fields: tuple[str, ...] = RECORD) -> dict[str, Q]:
    return {f"{path}cohort__programme": _open_to(Confidentiality.TEAM, path, fields)}


def founders(path: str = "") -> dict[str, Q]:
    """A founder sees the own startup, whatever its level."""
    return {f"{path}founders__person__user": Q(**{f"{path}founders__until_on": None})}


def readers(path: str = "") -> dict[str, Q]:
    """Persons who were let in by name."""
    return {f"{path}readers__user": EVERYONE}


def mentors_and_readers(path: str = "") -> dict[str, Q]:
    """Mentors see what the programme's team sees of the record; figures and money are not for them."""
    confirmed = Q(**{f"{path}mentors__state": "confirmed"}) & _open_to(Confidentiality.TEAM, path, RECORD)
    return {**readers(path), f"{path}mentors__person__user": confirmed}
