"""My desk: the one next thing, then a line of what is done, what comes next and later, and who else has to act."""

import datetime as dt
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from exchanges import rules
from exchanges.models import Stay
from exchanges.views.hosting import asked_rows
from portal.applications.kinds import kinds, standing_of
from portal.applications.views.reviews import own_reviews
from portal.core.counting import counts_up_to
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
    there = _lying_there(user, today)
    applications = on_applications.with_what_steps_need([*there["exchanges"], *there["ventures"]])
    stays = there["stays"]
    own_stays = [stay for stay in stays if rules.is_fellow(user, stay)]
    tasks = list(on_stays.tasks(user, stays))
    reviews = [review for kind in kinds() for review in there[kind]]
    approvals = [approval for approval in there["approvals"] if rules.holds_part(user, approval)]
    registrations, talks, missions = there["registrations"], there["talks"], there["missions"]
    founded = [startup for startup in there["startups"] if startup.is_own]

    todo = [
        *on_applications.offers_to_answer(there["offers"]),
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
        is_mentor=any(startup.is_advised for startup in there["startups"]),
        is_delegate=bool(missions),
    )


def _lying_there(user, today: dt.date) -> dict:
    """What most people have nothing of: asked for in one statement, and read only where there is something."""
    rows = {
        "exchanges": on_applications.own_exchanges(user),
        "stays": on_stays.own_and_hosted(user),
        "ventures": on_applications.own_ventures(user),
        "offers": on_applications.own_offers(user),
        "approvals": asked_rows(user),
        "registrations": on_events.registrations(user, today=today),
        "talks": on_events.talks(user, today=today),
        "missions": on_events.own_missions(user),
        "startups": on_ventures.startups(user),
        **{kind: own_reviews(kind, user) for kind in kinds()},
    }
    numbers = counts_up_to(rows, 1)
    return {name: list(each) if numbers[name] else [] for name, each in rows.items()}
