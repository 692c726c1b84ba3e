"""My desk: the one next thing, then a line of what is done, what comes next and later, and who else has to act."""

import datetime as dt
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from exchanges import rules
from exchanges.models import Stay
from exchanges.views.hosting import asked_of
from portal.applications.kinds import standing_of
from portal.home.desks import applications as on_applications
from portal.home.desks import events as on_events
from portal.home.desks import stays as on_stays
from portal.home.desks import ventures as on_ventures
from portal.home.desks.lines import Entry, ToDo, entry
from startups.models import Startup

# What is due within this time is "next"; the rest is "later".
SOON = dt.timedelta(days=30)


@dataclass(frozen=True)
class Desk:
    next: ToDo | None
    line: list[tuple[str, list[Entry]]]
    applications: list[tuple] = field(default_factory=list)
    stays: list[Stay] = field(default_factory=list)
    is_late: bool = False
    is_host: bool = False
    is_reviewer: bool = False
    is_delegate: bool = False
    startups: list[Startup] = field(default_factory=list)
    is_mentor: bool = False


def desk_of(user, *, now: dt.datetime, today: dt.date) -> Desk:
    """Everything on one person's desk, in a number of queries that does not grow with it."""
    applications = on_applications.own_applications(user)
    offers = list(on_applications.own_offers(user))
    stays = list(on_stays.own_and_hosted(user))
    own_stays = [stay for stay in stays if rules.is_fellow(user, stay)]
    tasks = list(on_stays.tasks(user, stays))
    reviews = list(on_applications.reviews(user))
    approvals = asked_of(user)
    registrations = on_events.registrations(user, today=today)
    talks = on_events.talks(user, today=today)
    missions = list(on_events.own_missions(user))
    startups = on_ventures.startups(user)
    founded = [startup for startup in startups if startup.is_own]

    todo = [
        *on_applications.offers_to_answer(offers),
        *on_applications.applications_to_finish(applications, now, user),
        *on_applications.signatures(approvals),
        *on_applications.reviews_to_write(reviews),
        *on_stays.confirmations(stays, user, today),
        *on_stays.own_tasks(tasks, user),
        *on_stays.reports(own_stays, user),
        *on_ventures.updates_and_milestones(founded, user),
        *on_events.places_to_answer(registrations),
        *on_events.invitations_to_answer(talks),
        *on_events.meetings_to_answer(missions, user),
    ]
    todo.sort(key=lambda item: item.order)
    first, rest = (todo[0], todo[1:]) if todo else (None, [])
    soon = [item for item in rest if item.due is None or item.due <= today + SOON]
    later = [item for item in rest if item not in soon]
    waiting = [
        *on_applications.waiting_applications(applications),
        *on_stays.waiting_tasks(own_stays, tasks, user),
        *on_events.waiting_registrations(registrations),
    ]
    line = [
        (_("Next"), [entry(item, "next", today) for item in soon]),
        (_("Later"), [entry(item, "later", today) for item in later]),
        (_("My events"), on_events.to_come(registrations, talks)),
        (_("Waiting for others"), waiting),
        (_("Done"), on_stays.done(tasks, user)),
    ]
    return Desk(
        next=first,
        line=[(title, entries) for title, entries in line if entries],
        applications=[(row, standing_of(row), on_applications.page_of(row)) for row in applications],
        stays=own_stays,
        is_late=first is not None and first.is_late(today),
        is_host=any(rules.hosts(user, stay) for stay in stays if not rules.is_fellow(user, stay)) or bool(approvals),
        is_reviewer=bool(reviews),
        startups=founded,
        is_mentor=any(startup.is_advised for startup in startups),
        is_delegate=bool(missions),
    )
