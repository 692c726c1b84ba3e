"""Whom a programme may ask for a review: reviewers it knows, and any reviewer whose address is given exactly."""

from django.db.models import Q
from django.utils.timezone import localdate

from exchanges.models import Review
from portal.accounts.models import Seat, User
from portal.accounts.roles import Role


def known_reviewers(user):
    """Users with a reviewer's seat that this manager sees, or who have reviewed for this manager's programmes."""
    seats = Seat.objects.in_force(localdate()).filter(role=Role.REVIEWER)
    near = Q(pk__in=seats.filter(pk__in=Seat.objects.visible_to(user).values("pk")).values("user"))
    before = Q(pk__in=seats.values("user")) & Q(pk__in=Review.objects.visible_to(user).values("reviewer"))
    return User.objects.filter(near | before, is_active=True).select_related("person").order_by("email")


def reviewer_at(address: str) -> User | None:
    """The reviewer with exactly this e-mail address."""
    seats = Seat.objects.in_force(localdate()).filter(role=Role.REVIEWER, user__email=address.strip().lower())
    return User.objects.filter(pk__in=seats.values("user"), is_active=True).first()
