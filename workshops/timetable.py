"""A timetable as people read it: days by the clock of the event, and each hour by the reader's clock beside it."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from portal.core.dates import WEEKDAYS, in_brackets, known_zones, offset_text, zone_name
from workshops.models import Event, EventPerson, Room, Session

# The two ends of the alliance: who has told no zone sees the other end's clock beside that of the event.
TOKYO, CHICAGO = "Asia/Tokyo", "America/Chicago"


@dataclass(frozen=True)
class Item:
    """One session on its day. `here` is the same time by the reader's clock, empty where both agree."""

    session: Session
    there: str
    here: str
    people: list[tuple[str, list[EventPerson]]]

    @property
    def tells_kind(self) -> bool:
        """Whether its kind says something that its title does not."""
        return self.session.kind in (Session.Kind.PANEL, Session.Kind.POSTER, Session.Kind.SITE_VISIT)


@dataclass(frozen=True)
class Day:
    date: dt.date
    zone: str
    offset: str
    second: str  # the second clock with its offset, empty where both agree
    items: list[Item]


@dataclass
class Cell:
    """What stands in one room from one row on; several sessions where they clash."""

    sessions: list[Session] = field(default_factory=list)
    rows: int = 1


@dataclass(frozen=True)
class Row:
    starts: str
    here: str
    cells: list[Cell]


@dataclass(frozen=True)
class Grid:
    """One day with its rooms side by side; `None` stands for what has no room."""

    date: dt.date
    rooms: list[Room | None]
    rows: list[Row]


def clock(at: dt.datetime, zone: str) -> dt.datetime:
    return at.astimezone(ZoneInfo(zone))


def span(starts_at: dt.datetime, ends_at: dt.datetime, zone: str, day: dt.date) -> str:
    """`09:00–10:30`, `Tue 00:15–01:00` where it lies on another day than the one shown, `23:15–Tue 00:15` across."""
    start, end = clock(starts_at, zone), clock(ends_at, zone)
    last = f"{end:%H:%M}" if end.date() == start.date() else _at(end, day)
    return f"{_at(start, day)}–{last}"


def _at(local: dt.datetime, day: dt.date) -> str:
    return f"{local:%H:%M}" if local.date() == day else f"{WEEKDAYS[local.weekday()]} {local:%H:%M}"


def second_zone(user, event_zone: str, *, asked: str = "") -> str:
    """The clock beside that of the event: the one asked for, the reader's own, or the other end of the alliance."""
    if asked in known_zones():
        return asked
    if user.is_authenticated:
        return user.timezone
    return CHICAGO if event_zone == TOKYO else TOKYO


def public_days(event: Event, own: str) -> list[Day]:
    """The programme that everybody may read, in three queries however long it is."""
    sessions = event.sessions.shown().select_related("room").prefetch_related("people__event_person__affiliation")
    return days(sorted(sessions.order_by(), key=_in_order), event.timezone, own)


def _in_order(session: Session) -> tuple:
    """By hour, then by room; what has no room comes last."""
    room = session.room
    return session.starts_at, room is None, room.position if room else 0, session.pk


def days(sessions: Iterable[Session], zone: str, own: str) -> list[Day]:
    """Sessions (with `people` and their `event_person` loaded) by day. One that crosses midnight stays one item."""
    found: dict[dt.date, list[Item]] = {}
    offsets: dict[dt.date, str] = {}
    second: dict[dt.date, str] = {}
    for session in sessions:
        local = clock(session.starts_at, zone)
        day = local.date()
        offsets.setdefault(day, offset_text(local))
        here = clock(session.starts_at, own)
        differs = local.utcoffset() != here.utcoffset()
        if differs:
            second.setdefault(day, zone_name(own) + in_brackets(offset_text(here)))
        found.setdefault(day, []).append(
            Item(
                session=session,
                there=span(session.starts_at, session.ends_at, zone, day),
                here=span(session.starts_at, session.ends_at, own, day) if differs else "",
                people=_by_role(session),
            )
        )
    return [Day(day, zone_name(zone), offsets[day], second.get(day, ""), items) for day, items in sorted(found.items())]


def _by_role(session: Session) -> list[tuple[str, list[EventPerson]]]:
    """Who has agreed, by role: nobody is announced who has not said yes."""
    roles: dict[str, list[EventPerson]] = {}
    for row in session.people.all():
        if row.event_person.state != EventPerson.State.ACCEPTED:
            continue
        roles.setdefault(row.get_role_display(), []).append(row.event_person)
    return list(roles.items())


def grids(sessions: Iterable[Session], zone: str, own: str) -> list[Grid]:
    """The same for the desk: rooms as columns, and a row for every minute at which something begins or ends."""
    by_day: dict[dt.date, list[Session]] = {}
    for session in sessions:
        by_day.setdefault(clock(session.starts_at, zone).date(), []).append(session)
    return [_grid(day, rows, zone, own) for day, rows in sorted(by_day.items())]


def _grid(day: dt.date, sessions: list[Session], zone: str, own: str) -> Grid:
    rooms = sorted({session.room for session in sessions if session.room}, key=lambda room: (room.position, room.name))
    columns: list[Room | None] = [*rooms, None] if any(session.room is None for session in sessions) else list(rooms)
    marks = sorted({at for session in sessions for at in (session.starts_at, session.ends_at)})
    place = {at: number for number, at in enumerate(marks)}
    placed = [_cells([s for s in sessions if s.room == room], place) for room in columns]
    rows = []
    for number, at in enumerate(marks[:-1]):
        cells = [column[number] for column in placed if column.get(number) is not None]
        local, here = clock(at, zone), clock(at, own)
        rows.append(Row(_at(local, day), _at(here, day) if here.utcoffset() != local.utcoffset() else "", cells))
    return Grid(day, columns, rows)


def _cells(sessions: list[Session], place: dict[dt.datetime, int]) -> dict[int, Cell | None]:
    """The cells of one room by row: empty ones of one row, filled ones as long as they last; None is covered."""
    cells: dict[int, Cell | None] = {number: Cell() for number in range(len(place) - 1)}
    first, last = 0, -1  # of the filled cell before: what begins before its end clashes and joins it
    for session in sorted(sessions, key=lambda session: (session.starts_at, session.pk)):
        start, end = place[session.starts_at], place[session.ends_at]
        if start >= last:
            first, last = start, end
            cells[first] = Cell([session])
        else:
            last = max(last, end)
            cells[first].sessions.append(session)
        cells[first].rows = last - first
        cells.update(dict.fromkeys(range(first + 1, last), None))
    return cells
