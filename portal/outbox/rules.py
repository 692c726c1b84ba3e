"""Who may decide about a mail."""

from portal.core.scoping import scope_of
from portal.outbox.models import MAIL_KEEPERS


def keeps_mail(user, message) -> bool:
    """The keepers of mail of the organisation in whose name it goes out."""
    scope = scope_of(user)
    return scope.is_global or message.organisation_id in scope.organisation_ids(MAIL_KEEPERS)
