"""A state machine is a table. `Workflow.apply` is the only writer of a state field."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from dataclasses import field as computed

from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.utils.translation import gettext as _

from portal.core import audit
from portal.core.scoping import Predicate


class StepError(Exception):
    """A step that cannot be taken; the message is a sentence for the person who tried."""


class IllegalTransition(StepError):
    """The step does not start from the state the row is in (somebody was faster, or the page was old)."""


class ReasonMissing(StepError):
    """The step needs a reason and none was given."""


@dataclass(frozen=True)
class Transition:
    """One row of the table: from `sources` to `target` by whoever satisfies `rule(user, obj)`.

    `label` is what the button says. `by_system` steps may be taken without an actor, by periodic tasks.
    """

    name: str
    sources: frozenset[str]
    target: str
    rule: Predicate
    label: str
    needs_reason: bool = False
    by_system: bool = False
    audience: str = audit.DESKS
    tone: str = "default"  # default | primary | danger: how the button looks

    def allows(self, user, obj) -> bool:
        return bool(self.rule(user, obj))


def step(name, sources, target, rule, label, **options) -> Transition:
    """Shorthand: `sources` may be one state or several."""
    states = frozenset([sources]) if isinstance(sources, str) else frozenset(sources)
    return Transition(name, states, str(target), rule, label, **options)


@dataclass(frozen=True)
class Workflow:
    """The table of one record kind. `name` is the entity in the published life cycles."""

    name: str
    transitions: tuple[Transition, ...]
    field: str = "state"
    by_name: dict[str, Transition] = computed(init=False, repr=False, compare=False)

    def __post_init__(self):
        object.__setattr__(self, "by_name", {t.name: t for t in self.transitions})

    def available(self, obj, user) -> list[Transition]:
        """Steps this person may take now, in the order of the table; draws the buttons."""
        state = getattr(obj, self.field)
        return [t for t in self.transitions if state in t.sources and t.allows(user, obj)]

    def can(self, name: str, obj, user) -> bool:
        transition = self.by_name[name]
        return getattr(obj, self.field) in transition.sources and transition.allows(user, obj)

    @transaction.atomic
    def apply(self, name: str, obj, *, actor, reason: str = "", changes: dict | None = None, **detail):
        """Take a step and return the locked, saved row.

        `actor` None is the system and only passes `by_system` steps. `changes` are further fields saved with the state.
        Raises IllegalTransition, PermissionDenied or ReasonMissing; then nothing has been written.
        """
        transition = self.by_name[name]
        row = lock(obj)
        before = getattr(row, self.field)
        if before not in transition.sources:
            raise IllegalTransition(
                _("“%(step)s” is not possible any more: the record is now in state “%(state)s”. Reload the page.")
                % {"step": transition.label, "state": display(row, self.field)}
            )
        permitted = transition.by_system if actor is None else transition.allows(actor, row)
        if not permitted:
            raise PermissionDenied(name)
        if transition.needs_reason and not reason.strip():
            raise ReasonMissing(_("Please give a reason for “%(step)s”.") % {"step": transition.label})
        changes = changes or {}
        for attribute, value in changes.items():
            setattr(row, attribute, value)
        setattr(row, self.field, transition.target)
        row.save(update_fields=[self.field, *changes, "updated_at"])
        audit.record(
            f"{self.name}.{name}",
            row,
            actor=actor,
            reason=reason,
            before=before,
            after=transition.target,
            audience=transition.audience,
            **detail,
        )
        # The caller's object must not go on telling the old story.
        setattr(obj, self.field, transition.target)
        for attribute, value in changes.items():
            setattr(obj, attribute, value)
        return row


def lock(obj: models.Model):
    """The row, read again under a row lock (SQLite locks the whole database instead)."""
    return type(obj)._base_manager.select_for_update(of=("self",)).get(pk=obj.pk)


def display(obj, field_name: str) -> str:
    return getattr(obj, f"get_{field_name}_display")()


def told_as_one(choices: Mapping[str, str]) -> dict[str, list[str]]:
    """The first state of each word and all that share it: who may not tell two states apart counts them as one."""
    same: dict[str, list[str]] = {}
    for state, word in choices.items():
        same.setdefault(str(word), []).append(state)
    return {states[0]: states for states in same.values()}


def known_states(field_name: str, choices: Iterable, name: str) -> models.CheckConstraint:
    """The constraint that names the legal states of a table."""
    return models.CheckConstraint(condition=models.Q(**{f"{field_name}__in": sorted(choices)}), name=name)
