"""Who may decide about a mail."""

from portal.core.scoping import scope_of


def handles_mail(user, message) -> bool:
    """The desks of the organisation in whose name the mail goes out."""
    scope = scope_of(user)
    return scope.is_global or message.organisation_id in scope.organisation_ids()
