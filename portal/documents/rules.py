"""Who may do what with one file."""

from portal.core.scoping import scope_of


def may_read(user, stored_file) -> bool:
    """The record's own restriction, if it has one: a reference is not for the applicant.

    A model restricts its files by a method `may_read_file(user, stored_file) -> bool`.
    """
    restriction = getattr(stored_file.about, "may_read_file", None)
    return restriction is None or scope_of(user).is_global or restriction(user, stored_file)


def may_discard(user, stored_file) -> bool:
    """Only the person who owns or uploaded a file takes it back, and never an issued letter."""
    return user.pk in {stored_file.owner_id, stored_file.uploaded_by_id} and not hasattr(stored_file, "letter")
