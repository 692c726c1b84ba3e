"""Registrations that a file brings: they take places as everybody does, counted under the lock on their event.

What people eat and need comes in another file, and is kept no longer than what the form asks for.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator

from django.db.models import Q
from django.utils.translation import gettext as _

from portal.core.workflow import StepError
from workshops.models import AttendanceMode, Event, Registration, RegistrationNeeds
from workshops.services.registration.seats import Seats, rules_of, seats_of
from workshops.services.registration.signup import purge_day


def hold_events(events: Iterable[int]) -> None:
    """Wait until nobody else gives places of these events, in one order for all who wait for several."""
    list(Event.objects.filter(pk__in=events).select_for_update(of=("self",)).order_by("pk"))


def without_place(*, entered: Iterable[int], now: dt.datetime) -> Iterator[tuple[Registration, str]]:
    """Those of the new rows for which their event has no place, each with a sentence. Of what is over nobody asks.

    As at the form, who waited before comes first. Call it under the lock on the events.
    """
    to_come = Q(event__ends_at=None) | Q(event__ends_at__gt=now)
    rows = Registration.objects.filter(to_come, pk__in=entered).select_related("event")
    by_event = defaultdict(list)
    for row in rows.order_by("pk"):
        if not row.event.is_over:
            by_event[row.event].append(row)
    for event, brought in by_event.items():
        yield from _beyond(event, brought)


def _beyond(event: Event, brought: list[Registration]) -> Iterator[tuple[Registration, str]]:
    rules = rules_of(event)
    seats = seats_of(event, rules)
    keys = [row.pk for row in brought]
    holding = set(
        Registration.objects.filter(pk__in=keys)
        .holding(pending_too=rules.pending_holds_seat)
        .values_list("pk", flat=True)
    )
    for row in brought:
        if row.pk in holding:
            seats.give_back(row.attendance_mode)
        elif row.state == Registration.State.WAITLISTED:
            seats.waiting[row.attendance_mode] -= 1
    free = {row.attendance_mode: _open_to_new(seats, row.attendance_mode) for row in brought}
    for row in brought:
        if row.pk not in holding:
            continue
        left = _open_to_new(seats, row.attendance_mode)
        if left is None or left > 0:
            seats.take(row.attendance_mode)
            continue
        yield (
            row,
            _(
                "Places free at this event (%(mode)s): %(free)d. There is none for this row: "
                "enter it as “waitlisted”, or give the event more places first."
            )
            % {"mode": AttendanceMode(row.attendance_mode).label, "free": free[row.attendance_mode]},
        )


def _open_to_new(seats: Seats, mode: str) -> int | None:
    """Places that nobody holds and nobody waits for longer; None without a limit."""
    free = seats.free(mode)
    return None if free is None else max(free - seats.waiting.get(mode, 0), 0)


def settle_needs(*, needs: RegistrationNeeds, today: dt.date) -> None:
    """Needs that a file brings are kept as those of the form are: while somebody comes, and until the same day."""
    registration = needs.registration
    if not Registration.objects.filter(pk=registration.pk).live().exists():
        raise StepError(_("This registration has ended: what the person needs is not kept any longer."))
    if not (needs.diet or needs.diet_note or needs.access):
        raise StepError(_("This row says nothing: leave it out."))
    day = purge_day(registration.event)
    if day is not None and day <= today:
        raise StepError(_("The event has been over for thirty days: what people needed there is not kept any longer."))
    needs.purge_on = day
    needs.save(update_fields=["purge_on", "updated_at"])
