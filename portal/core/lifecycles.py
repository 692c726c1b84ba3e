"""The published life cycles in words: their table speaks in codes of states and roles."""

import re
from collections.abc import Mapping
from functools import partial

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

CODE = re.compile(r"[a-z]+(?:_[a-z]+)*")
# States of bookings and extensions, which the portal does not keep yet.
STATES = {
    "approved": _("approved"),
    "cancelled": _("cancelled"),
    "charged": _("charged"),
    "funded": _("paid for"),
    "granted": _("granted"),
    "home_ok": _("agreed by the home side"),
    "host_ok": _("agreed by the host side"),
    "no_show": _("did not come"),
    "refused": _("refused"),
    "requested": _("requested"),
    "rescreened": _("screened again"),
    "screening_hold": _("held by export control"),
    "used": _("used"),
    "waived": _("waived"),
    "withdrawn": _("withdrawn"),
}
# Who takes a step without a role of the portal's, or holds it for just this record.
ACTORS = {
    "any approver": _("any approver"),
    "both parties": _("both parties"),
    "delegate": _("delegate"),
    "either party": _("either party"),
    "either side": _("either side"),
    "event staff": _("staff of the event"),
    "heads of both institutions": _("heads of both institutions"),
    "host or home": _("host or home"),
    "invitee": _("the one who was asked"),
    "note taker": _("note taker"),
    "organiser": _("organiser"),
    "organiser or system": _("organiser, or the portal"),
    "panel": _("panel"),
    "panel chair": _("chair of the panel"),
    "participant": _("participant"),
    "same office": _("the same office"),
    "selection panel": _("selection panel"),
    "system": _("the portal"),
    "system or admin": _("the portal, or an administrator"),
    "user": _("user"),
}
ADDITIONS = {
    "(each side)": _("(each side)"),
    "(either side)": _("(either side)"),
    "(not the mentor)": _("(not the mentor)"),
    " or host": _(" or the host"),
    " or manager": _(" or a manager"),
    " + unit": _(" and the unit"),
    " or ": _(" or "),
}


def role_names() -> dict[str, str]:
    """Role: its name. Roles stand above this app, so it asks the column that holds them."""
    return dict(apps.get_model("accounts", "Seat")._meta.get_field("role").flatchoices)


def states_in_words(entity: str, states: str) -> str:
    """`planned..registration_closed`, or `active|curtailed`, as the states are called on the records themselves."""
    told = CODE.sub(partial(_name, _state_names(entity)), states)
    return told.replace("|", gettext(", ")).replace("..", " – ")


def actor_in_words(actor: str) -> str:
    """Roles by their names; everybody else as this table has it."""
    if actor in ACTORS:
        return str(ACTORS[actor])
    for addition, words in ADDITIONS.items():
        actor = actor.replace(addition, str(words))
    return CODE.sub(partial(_name, role_names()), actor)


def _name(names: Mapping[str, object], found: re.Match) -> str:
    return str(names.get(found[0], found[0]))


def _state_names(entity: str) -> Mapping[str, object]:
    """State: its name, as the record of this kind has it."""
    name = entity.replace("_", "")
    for model in apps.get_models():
        if model._meta.model_name == name:
            try:
                return STATES | dict(model._meta.get_field("state").flatchoices)
            except FieldDoesNotExist:
                break
    return STATES
