"""Icons as inline SVG, from the outline set of the heroicons package."""

from functools import cache

from heroicons.templatetags.heroicons import heroicon_outline

# Names pages may use, next to those of the set itself.
ALIASES = {
    "alert": "exclamation-triangle",
    "back": "arrow-left",
    "done": "check",
    "download": "arrow-down-tray",
    "external": "arrow-top-right-on-square",
    "file": "document-text",
    "info": "information-circle",
    "mail": "envelope",
    "money": "banknotes",
    "next": "arrow-right",
    "organisation": "building-library",
    "passkey": "finger-print",
    "person": "user-circle",
    "place": "map-pin",
    "search": "magnifying-glass",
    "security": "shield-check",
    "settings": "cog-6-tooth",
    "sign-out": "arrow-right-start-on-rectangle",
    "study": "academic-cap",
    "upload": "arrow-up-tray",
}


@cache
def svg(name: str) -> str:
    """The drawing, hidden from screen readers: an icon always stands beside its text."""
    attributes = {"class": "icon", "stroke_width": "1.75", "focusable": "false"}
    return heroicon_outline(ALIASES.get(name, name), size=20, **attributes)
