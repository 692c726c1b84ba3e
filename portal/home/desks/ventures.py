"""Startups on a desk: those one has founded, and those one advises."""

from django.urls import reverse
from django.utils.translation import gettext as _

from portal.home.desks.lines import ToDo
from startups.models import FounderUpdate, Milestone, Startup


def startups(user):
    return Startup.objects.visible_to(user).of_somebody(user)


def updates_and_milestones(founded, user):
    """Quarters to tell about and milestones to reach."""
    if not founded:
        return
    for update in FounderUpdate.objects.owned_by(user).waiting().filter(startup__in=founded).select_related("startup"):
        yield ToDo(
            title=_("Your update on %(period)s") % {"period": update.period},
            why=_("%(startup)s: three minutes; one click if nothing changed.") % {"startup": update.startup},
            url=reverse("startups:update", args=[update.public_id]),
            label=_("Write the update"),
            due=update.due_on,
        )
    for milestone in Milestone.objects.owned_by(user).open().filter(startup__in=founded).select_related("startup"):
        yield ToDo(
            title=milestone.title,
            why=_("A milestone of %(startup)s.") % {"startup": milestone.startup},
            url=reverse("startups:milestone", args=[milestone.public_id]),
            label=_("Open the milestone"),
            due=milestone.due_on,
        )
