"""Mails about the quarterly updates of founders."""

from django.utils.translation import gettext

from portal.core.links import token_of
from startups.emails.writing import day, desk_page, managers_of, page, reach, write
from startups.models import FounderUpdate, MetricDefinition
from startups.periods import period_text


def update_asked(update: FounderUpdate, reason: str = "") -> int:
    """To the founder: a personal link, three minutes, and why once more. Answers whether there was somebody to ask."""
    return _with_link("founder_update_asked", update, key=update.token_hash[:16], reason=reason)


def update_reminded(update: FounderUpdate, *, step: str) -> int:
    """To the founder: the same link again, before and after the day it is due."""
    return _with_link("founder_update_reminder", update, key=step)


def update_received(update: FounderUpdate) -> None:
    """To the founder: this is what we have, and how to correct it."""
    _with_link("founder_update_received", update, key=f"v{update.latest.number}")


def update_corrected(update: FounderUpdate, reason: str, changed: list[str]) -> None:
    """To the founder: which figures the office has changed, and why. The numbers themselves stand in no mail."""
    named = list(MetricDefinition.objects.filter(definition_set=update.definition_set, metric__in=changed))
    _with_link(
        "founder_update_corrected",
        update,
        key=f"v{update.latest.number}",
        reason=reason,
        figures=lambda: gettext(", ").join(definition.name for definition in named),
    )


def update_arrived(update: FounderUpdate) -> None:
    """To the desk: a new update to read."""
    write(
        "founder_update_arrived",
        managers_of(update.startup),
        update,
        startup=update.startup,
        url=desk_page(update),
        key=f"v{update.latest.number}",
        period=lambda: period_text(update.period),
    )


def _with_link(kind: str, update: FounderUpdate, *, key: str, **context) -> int:
    return write(
        kind,
        reach(update.asked_of),
        update,
        startup=update.startup,
        url=page("update_link", token_of(update)) if update.token_hash else page("update", update.public_id),
        key=key,
        period=lambda: period_text(update.period),
        due=day(update.due_on),
        **context,
    )
