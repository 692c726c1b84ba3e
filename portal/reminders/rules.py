"""Who may switch a reminder rule, and for whom."""

from portal.core.scoping import scope_of
from portal.outbox.models import MAIL_KEEPERS
from portal.reminders.desks import silent, speaking


def switches_for(user, organisation) -> bool:
    """The keepers of mail of the organisation: nobody silences another house."""
    scope = scope_of(user)
    return scope.is_global or organisation.pk in scope.organisation_ids(MAIL_KEEPERS)


def switches_on(user, rule) -> bool:
    return silent(user, rule).exists()


def switches_off(user, rule) -> bool:
    return speaking(user, rule).exists()
