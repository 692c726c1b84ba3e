"""Which rules run: apps register, per rule, a provider of the subjects whose step is still open."""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from django.db import models

from portal.outbox.services import Recipient


@dataclass(frozen=True, kw_only=True)
class Due:
    """One subject whose step is open.

    `anchor` is the date the rule's offsets count from and `zone` where 09:00 is meant (empty: each reader's own).
    `deadline` is shown instead of the anchor where they differ. `since` is when the step opened: earlier offsets stay
    silent. `trigger` and `variant` choose among offsets written with such words. `context` fills the placeholders of
    the rule's subject; `what` names the subject for readers. Values that can be called speak the reader's language.
    """

    subject: models.Model
    anchor: dt.date | dt.datetime
    recipients: Sequence[Recipient]
    zone: str = ""
    action_url: str = ""
    what: str | Callable[[], str] = ""
    deadline: dt.date | dt.datetime | None = None
    since: dt.datetime | None = None
    escalate_to: Sequence[Recipient] = ()
    context: Mapping = field(default_factory=dict)
    organisation: models.Model | None = None
    trigger: str = ""
    variant: str = ""


class Provider(Protocol):
    """Yields what is open at `now`; with `pk` only for that subject. A step that is done is not yielded any more."""

    def __call__(self, *, now: dt.datetime, pk: str | None = None) -> Iterable[Due]: ...


_providers: dict[str, Provider] = {}


def reminder(code: str) -> Callable[[Provider], Provider]:
    """Decorator: this provider gives the subjects of the rule `code`."""

    def register(provider: Provider) -> Provider:
        if _providers.setdefault(code, provider) is not provider:
            raise ValueError(f"reminder rule {code} already has a provider")
        return provider

    return register


def provider_of(code: str) -> Provider | None:
    return _providers.get(code)


def running_codes() -> list[str]:
    return sorted(_providers)
