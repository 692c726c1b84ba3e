"""A pen for SVG text: every shape has its light colour as an attribute, and a class by which a page replaces it.

The classes are those of `charts.css`; without a style sheet (in a PDF, in a saved file) the attributes stand.
"""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.utils.html import escape
from django.utils.safestring import SafeString

# The light colours of portal.css.
TONES = {
    "accent": "#274b8f",
    "attention": "#8a5200",
    "done": "#1d7a4f",
    "waiting": "#5b4b9a",
    "stopped": "#b3261e",
    "quiet": "#4d5a6a",
}
INK, QUIET, LINE, GROUND, TRACK = "#1c2430", "#4d5a6a", "#c3cad3", "#ffffff", "#edf1f9"
FONTS = "'Noto Sans JP', 'Noto Sans CJK JP', sans-serif"

SIZE = 13  # of letters
WIDE = 1.0  # ems of a Japanese letter; others are about half as wide
NARROW = 0.56


@dataclass
class Drawing:
    """Shapes in the order they are painted."""

    parts: list[str] = field(default_factory=list)

    def add(self, name: str, words: str = "", **attributes) -> None:
        """One element; `css` stands for its class, `_` in names for the hyphen, and None for no attribute."""
        written = "".join(
            f' {"class" if key == "css" else key.replace("_", "-")}="{_written(value)}"'
            for key, value in attributes.items()
            if value is not None
        )
        self.parts.append(f"<{name}{written}>{escape(words)}</{name}>" if words else f"<{name}{written}/>")

    def rect(self, x, y, width, height, *, tone: str = "accent", edge: bool = False) -> None:
        css, stroke = (f"tone-{tone} edge", GROUND) if edge else (f"tone-{tone}", None)
        self.add("rect", css=css, fill=TONES[tone], stroke=stroke, x=x, y=y, width=width, height=height, rx=2)

    def track(self, x, y, width, height) -> None:
        """The ground on which a bar advances."""
        self.add("rect", css="track", fill=TRACK, x=x, y=y, width=width, height=height, rx=2)

    def post(self, x, y, height) -> None:
        """An upright mark in ink."""
        self.add("rect", css="ink", fill=INK, x=x, y=y, width=4, height=height)

    def line(self, x1, y1, x2, y2) -> None:
        self.add("line", css="line", stroke=LINE, x1=x1, y1=y1, x2=x2, y2=y2)

    def mark(self, x, y1, y2, *, tone: str = "") -> None:
        """A line that is to be seen: a target, today."""
        css, stroke = (f"stroke-{tone}", TONES[tone]) if tone else ("mark", INK)
        self.add("line", css=css, stroke=stroke, stroke_width=2, x1=x, y1=y1, x2=x, y2=y2)

    def text(self, x, y, words: str, *, anchor=None, bold=False, quiet=False, on_tone=False, halo=False) -> None:
        css, fill = ("on-tone", GROUND) if on_tone else ("quiet", QUIET) if quiet else ("ink", INK)
        outline = {"stroke": GROUND, "stroke_width": 4, "paint_order": "stroke"} if halo else {}
        self.add(
            "text", words, css=f"{css} halo" if halo else css, x=x, y=y, fill=fill, text_anchor=anchor,
            font_weight=700 if bold else None, **outline,
        )  # fmt: skip

    def ribbon(self, path: str, tone: str) -> None:
        self.add("path", css=f"tone-{tone}", fill=TONES[tone], fill_opacity=0.5, d=path)

    def circle(self, x, y, tone: str) -> None:
        self.add("circle", css=f"tone-{tone}", fill=TONES[tone], cx=x, cy=y, r=3.5)

    def polyline(self, points: Sequence[tuple[float, float] | None], tone: str) -> None:
        """A line through the known points, interrupted where one is None."""
        path, is_drawn = [], False
        for point in points:
            if point is not None:
                path.append(f"{'L' if is_drawn else 'M'}{digits(point[0])},{digits(point[1])}")
            is_drawn = point is not None
        self.add("path", css=f"stroke-{tone}", fill="none", stroke=TONES[tone], stroke_width=2, d="".join(path))

    def legend(self, entries: Sequence[tuple[str, str]], width: float) -> float:
        """Squares of a tone with words, in as many rows as they need; the height used. One entry needs no legend."""
        if len(entries) < 2:
            return 0
        x, y = 0.0, 0.0
        for label, tone in entries:
            label = fitting(label, width - 36)
            needed = 18 + text_width(label) + 18
            if x and x + needed > width:
                x, y = 0.0, y + 20
            self.rect(x, y + 2, 12, 12, tone=tone)
            self.text(x + 18, y + 12.5, label)
            x += needed
        return y + 22

    def svg(self, title: str, width: float, height: float) -> SafeString:
        high = digits(max(height, 1))
        return SafeString(
            f'<svg xmlns="http://www.w3.org/2000/svg" class="drawn" viewBox="0 0 {digits(width)} {high}" '
            f'width="{digits(width)}" height="{high}" role="img" aria-label="{escape(title)}" '
            f'font-family="{FONTS}" font-size="{SIZE}">{"".join(self.parts)}</svg>'
        )


def text_width(words: str) -> float:
    """About how wide words are: Japanese letters are as wide as they are high."""
    return SIZE * sum(WIDE if _is_wide(letter) else NARROW for letter in words)


def fitting(words: str, width: float) -> str:
    """The words, shortened with an ellipsis where there is no room for them; the table has them whole."""
    if text_width(words) <= width:
        return words
    kept = ""
    for letter in words:
        if text_width(kept + letter) > width - SIZE:
            break
        kept += letter
    return f"{kept.rstrip()}…"


def wrapped(words: str, width: float, most: int = 2) -> list[str]:
    """The words in lines that fit, broken at spaces where there are some; the last of `most` lines is shortened."""
    lines, rest = [], words
    while rest and len(lines) < most - 1 and text_width(rest) > width:
        room = len(rest)
        while room > 1 and text_width(rest[:room]) > width:
            room -= 1
        space = rest.rfind(" ", 0, room + 1)
        # A break within a word only where the word is Japanese, or too long for any line.
        at = space if space > 0 and not _is_wide(rest[room]) else room
        lines.append(rest[:at].rstrip())
        rest = rest[at:].lstrip()
    return [*lines, fitting(rest, width)]


def _is_wide(letter: str) -> bool:
    return unicodedata.east_asian_width(letter) in "WF"


def digits(value: float) -> str:
    """A coordinate without superfluous digits."""
    text = f"{value:.1f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _written(value) -> str:
    return digits(value) if isinstance(value, (int, float)) else escape(value)
