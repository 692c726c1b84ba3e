"""Time zones as a list people can choose from."""

import datetime as dt
from zoneinfo import ZoneInfo, available_timezones

from portal.core.dates import offset_text

REGIONS = ("Africa", "America", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific")


def zone_choices() -> list[tuple[str, str]]:
    """IANA zones by name with today's offset; UTC first."""
    now = dt.datetime.now(dt.UTC)
    zones = sorted(zone for zone in available_timezones() if zone.split("/")[0] in REGIONS and "/" in zone)
    return [("UTC", "UTC")] + [
        (zone, f"{zone.replace('_', ' ')} ({offset_text(now.astimezone(ZoneInfo(zone)))})") for zone in zones
    ]
