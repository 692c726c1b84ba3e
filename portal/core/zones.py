"""Time zones as a list people can choose from."""

import datetime as dt
from functools import lru_cache
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from portal.core.dates import known_zones, offset_text

REGIONS = ("Africa", "America", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific")


# Whose clock an office of a country goes by, where nothing nearer is known.
OFFICE_ZONES = {"JP": "Asia/Tokyo", "US": "America/Chicago"}


def office_zone(country: str) -> str:
    return OFFICE_ZONES.get(country, "UTC")


def zone_choices() -> list[tuple[str, str]]:
    """IANA zones by name with today's offset; UTC first."""
    return list(_with_offsets(dt.datetime.now(dt.UTC).replace(minute=0, second=0, microsecond=0)))


@lru_cache(maxsize=2)
def _with_offsets(now: dt.datetime) -> tuple[tuple[str, str], ...]:
    """Kept for the hour: the rules of more than 400 zones are read from as many files."""
    zones = sorted(zone for zone in known_zones() if zone.split("/")[0] in REGIONS and "/" in zone)
    return (
        ("UTC", "UTC"),
        *((zone, f"{zone.replace('_', ' ')} ({offset_text(now.astimezone(ZoneInfo(zone)))})") for zone in zones),
    )


def every_zone() -> list[tuple]:
    """The same and, below them, the old names that imported records may carry: a form keeps what it finds."""
    usual = zone_choices()
    other = sorted(known_zones() - {zone for zone, _name in usual})
    return [("", _("Select value")), *usual, (_("Other names"), [(zone, zone) for zone in other])]
