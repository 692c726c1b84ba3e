"""What lies on a desk: things to do, and the lines of its timeline."""

import datetime as dt
from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext as _

from portal.core.dates import long_date


@dataclass(frozen=True)
class ToDo:
    """One thing the person has to do. `due` is a civil date; where an hour counts, `instant` and its `zone` say it."""

    title: str
    why: str
    url: str
    label: str
    due: dt.date | None = None
    instant: dt.datetime | None = None
    zone: str = ""

    @property
    def order(self) -> tuple:
        return (self.due is None, self.due or dt.date.max)

    def is_late(self, today: dt.date) -> bool:
        return self.due is not None and self.due < today

    @property
    def when(self) -> str:
        return _("by %(day)s") % {"day": long_date(self.due)} if self.due and not self.instant else ""


@dataclass(frozen=True)
class Entry:
    """One line of the timeline, as the component draws it."""

    tone: str
    title: str
    url: str = ""
    when: str = ""
    who: str = ""
    text: str = ""
    instant: dt.datetime | None = None
    zone: str = ""


def entry(item: ToDo, tone: str, today: dt.date) -> Entry:
    return Entry(
        tone="attention" if item.is_late(today) else tone,
        title=item.title,
        url=item.url,
        when=item.when,
        text=item.why,
        instant=item.instant,
        zone=item.zone,
    )


def since(instant: dt.datetime | None) -> str:
    return _("since %(day)s") % {"day": long_date(timezone.localtime(instant).date())} if instant else ""
