"""Who may take which step of an application or a review, whatever the kind: predicates `(user, obj) -> bool`."""

from portal.applications.kinds import kind_of
from portal.core.predicates import all_of, none_of


def is_person(user, person) -> bool:
    """Whether the signed-in user is this person."""
    return person is not None and person.user_id is not None and person.user_id == getattr(user, "pk", None)


def is_applicant(user, application) -> bool:
    return is_person(user, application.applicant)


def manages(user, application) -> bool:
    """Whether the user decides about this application; each kind knows who runs its calls."""
    return kind_of(application).manages(user, application)


def is_reviewer(user, review) -> bool:
    return review.reviewer_id == getattr(user, "pk", None)


def manages_review(user, review) -> bool:
    return manages(user, review.application)


chairs_review = all_of(manages_review, none_of(is_reviewer))
