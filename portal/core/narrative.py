"""The audit trail in words: what a verb says, and what changed, as people read it."""

import datetime as dt
from dataclasses import dataclass

from django.core.exceptions import FieldDoesNotExist
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

# "<app or life cycle>.<act>": what happened, as the beginning of a sentence. Apps add their own by `tell`.
_WORDS: dict[str, str] = {
    "core.added": _("added"),
    "core.changed": _("changed"),
    "core.deleted": _("deleted"),
}
_FIRST_LETTERS = 300


def tell(words: dict[str, str]) -> None:
    """Make verbs speak; called once when an app's admin is loaded."""
    _WORDS.update(words)


def tell_workflow(workflow, model) -> None:
    """The label of each step says what happened to a record of this model: kinds may share a life cycle's name."""
    kind = model._meta.label_lower
    tell({f"{kind}:{workflow.name}.{step.name}": step.label for step in workflow.transitions})


def words_of(verb: str, kind: str = "") -> str:
    """A verb about a kind of record in the reader's language; an unknown one is shown without its underscores."""
    return str(_WORDS.get(f"{kind}:{verb}") or _WORDS.get(verb) or verb.rpartition(".")[2].replace("_", " "))


@dataclass(frozen=True)
class Told:
    """One line of a timeline."""

    at: dt.datetime
    who: str
    what: str
    reason: str
    changes: list[str]


def told_entries(entries, model) -> list[Told]:
    """Audit entries about a record of this model as lines for people."""
    return [
        Told(
            at=entry.at,
            who=entry.actor_label or entry.detail.get("by") or str(_("the portal")),
            what=words_of(entry.verb, entry.target_type),
            reason=entry.reason,
            changes=changes_in_words(entry, model),
        )
        for entry in entries
    ]


def changes_in_words(entry, model) -> list[str]:
    """`State: submitted → selected`, one line for each field that changed; none for a record as it was entered."""
    before, after = entry.before, entry.after
    if before is None and isinstance(after, dict):
        return []
    if not isinstance(before, dict) and not isinstance(after, dict):
        before, after = {"state": before} if before is not None else {}, {"state": after} if after is not None else {}
    before, after = before or {}, after or {}
    changed = [name for name in {**before, **after} if name not in before or before[name] != after.get(name)]
    return [f"{_label(model, name)}: {_arrow(model, name, before, after)}" for name in changed]


def _arrow(model, name, before: dict, after: dict) -> str:
    old, new = _shown(model, name, before.get(name)), _shown(model, name, after.get(name))
    return f"{old} → {new}" if old else new


def _label(model, name: str) -> str:
    try:
        return capfirst(model._meta.get_field(name).verbose_name)
    except FieldDoesNotExist:
        return capfirst(str(_("state")) if name == "state" else name.replace("_", " "))


def _shown(model, name: str, value) -> str:
    """A stored value for people: choices by their label, related records as a number (their names may be private)."""
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return str(_("yes") if value else _("no"))
    try:
        choices = dict(model._meta.get_field(name).flatchoices)
    except (FieldDoesNotExist, AttributeError):
        choices = {}
    return str(choices.get(value, value))[:_FIRST_LETTERS]
