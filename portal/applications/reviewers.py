"""Whom a programme may ask for a review: reviewers it knows, and any reviewer whose address is given exactly."""

from django.db.models import Q
from django.utils.timezone import localdate

from portal.accounts.models import Seat, User
from portal.accounts.roles import Role
from portal.applications.kinds import kinds


def known_reviewers(user):
    """Users with a reviewer's seat that this manager sees, or who have reviewed for this manager's programmes."""
    seats = Seat.objects.in_force(localdate()).filter(role=Role.REVIEWER)
    near = Q(pk__in=seats.filter(pk__in=Seat.objects.visible_to(user).values("pk")).values("user"))
    known = near | (Q(pk__in=seats.values("user")) & _reviewed_for(user))
    return User.objects.filter(known, is_active=True).select_related("person").order_by("email")


def _reviewed_for(user) -> Q:
    reviewed = Q()
    for kind in kinds():
        reviewed |= Q(pk__in=kind.review_model._default_manager.visible_to(user).values("reviewer"))
    return reviewed


def nameable_reviewers(user):
    """Whom a table of this manager may name by address: every reviewer of today, and who has reviewed for her."""
    seats = Seat.objects.in_force(localdate()).filter(role=Role.REVIEWER)
    return User.objects.filter(Q(pk__in=seats.values("user")) | _reviewed_for(user))


def reviewer_at(address: str) -> User | None:
    """The reviewer with exactly this e-mail address."""
    seats = Seat.objects.in_force(localdate()).filter(role=Role.REVIEWER, user__email=address.strip().lower())
    return User.objects.filter(pk__in=seats.values("user"), is_active=True).first()
