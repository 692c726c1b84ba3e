"""A clash in one sentence, for the person who has to settle it; events she does not see are not named."""

from collections.abc import Collection, Iterable
from zoneinfo import ZoneInfo

from django.db.models import Model
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.core.dates import plain_date
from workshops.models import Clash, Event, Session

Rule = Clash.Rule
# Sentences about one session alone.
_ALONE = {
    Rule.ROOM_HOURS: gettext_lazy("“%(session)s” (%(time)s) lies outside the hours of %(room)s."),
    Rule.ROOM_HIDDEN: gettext_lazy("“%(session)s” (%(time)s) is in %(room)s, which is not used any more."),
    Rule.EVENT_DAYS: gettext_lazy("“%(session)s” (%(time)s) does not lie within the days of the event."),
}


def seen_events(clashes: Iterable[Clash], user: Model | None) -> set[int]:
    """Which of the events that these clashes speak of the user may see (None: the public)."""
    spoken_of = {clash.other_session.event_id for clash in clashes if clash.other_session_id}
    return set(Event.objects.visible_to(user).filter(pk__in=spoken_of).values_list("pk", flat=True))


def sentence(clash: Clash, seen: Collection[int]) -> str:
    """`seen` are the events that may be named beside the clash's own one."""
    room = clash.session.room
    facts = {
        "session": clash.session.title,
        "time": span_text(clash.session),
        "room": room.name if room else "",
        "person": str(clash.event_person or ""),
    }
    if clash.rule == Rule.ROOM_OVERLAP:
        return _("“%(session)s” (%(time)s) and %(other)s do not both fit into %(room)s.") % {
            **facts,
            "other": _other(clash, seen),
        }
    if clash.rule == Rule.PERSON_OVERLAP:
        return _("%(person)s is in “%(session)s” (%(time)s) and in %(other)s.") % {
            **facts,
            "other": _other(clash, seen),
        }
    if clash.rule == Rule.PERSON_MEETING:
        zone = ZoneInfo(clash.session.timezone)
        start, end = (at.astimezone(zone) for at in (clash.meeting.starts_at, clash.meeting.ends_at))
        return _("%(person)s has a one-to-one meeting (%(meeting)s) during “%(session)s” (%(time)s).") % {
            **facts,
            "meeting": f"{start:%H:%M}–{end:%H:%M}",
        }
    if clash.rule == Rule.ROOM_CAPACITY:
        return _("“%(session)s” (%(time)s): more people than the %(seats)s seats of %(room)s.") % {
            **facts,
            "seats": room.capacity,
        }
    return _ALONE[Rule(clash.rule)] % facts


def span_text(session: Session) -> str:
    """`5 October 2027 10:00–10:30`, by the clock of the event; with the second day where it ends on another one."""
    zone = ZoneInfo(session.timezone)
    start, end = session.starts_at.astimezone(zone), session.ends_at.astimezone(zone)
    last = f"{end:%H:%M}" if end.date() == start.date() else f"{plain_date(end.date())} {end:%H:%M}"
    return f"{plain_date(start.date())} {start:%H:%M}–{last}"


def _other(clash: Clash, seen: Collection[int]) -> str:
    other = clash.other_session
    if other.event_id == clash.event_id:
        return _("“%(session)s” (%(time)s)") % {"session": other.title, "time": span_text(other)}
    if other.event_id in seen and other.is_public:
        facts = {"session": other.title, "event": other.event.title, "time": span_text(other)}
        return _("“%(session)s” of “%(event)s” (%(time)s)") % facts
    return _("another event (%(time)s)") % {"time": span_text(other)}
