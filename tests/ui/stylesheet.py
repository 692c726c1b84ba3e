"""Reads the colours of portal.css and computes the contrast of two of them (WCAG 2.2)."""

import re
from pathlib import Path

from django.conf import settings

PATH = Path(settings.BASE_DIR) / "portal/static/portal/portal.css"
THEMES = ("light", "dark")
ACCENT_BLOCK = re.compile(r':root\[data-accent="(\w+)"\] \{(.*?)\}', re.S)
TOKEN = re.compile(r"--([a-z-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)")


def text() -> str:
    return PATH.read_text(encoding="utf-8")


def tokens(block: str, theme: str) -> dict[str, str]:
    return {name: (light, dark)[THEMES.index(theme)] for name, light, dark in TOKEN.findall(block)}


def palettes() -> dict[tuple[str, str], dict[str, str]]:
    """Every accent in both themes: the tokens a page with that accent sees."""
    source = text()
    base = source[source.index(":root {") : source.index("--sans")]
    accents = {"indigo": ""} | dict(ACCENT_BLOCK.findall(source))
    return {
        (accent, theme): tokens(base, theme) | tokens(block, theme)
        for accent, block in accents.items()
        for theme in THEMES
    }


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)
