"""Every pair of colours the stylesheet puts together is readable, in both themes and with every accent."""

import gzip
import re

import pytest

from portal.ui.theme import Accent
from tests.ui import stylesheet

GROUNDS = ("paper", "surface", "sunken")
TEXT_PAIRS = [
    *[(ink, ground) for ink in ("ink", "quiet") for ground in GROUNDS],
    *[(ink, ground) for ink in ("accent", "accent-strong") for ground in ("paper", "surface", "accent-soft")],
    *[("ink", f"{tone}-soft") for tone in ("accent", "done", "waiting", "attention", "stopped")],
    *[(tone, f"{tone}-soft") for tone in ("done", "waiting", "attention", "stopped")],
    *[(tone, ground) for tone in ("done", "waiting", "attention", "stopped") for ground in ("paper", "surface")],
    ("on-accent", "accent"),
    ("on-accent", "accent-strong"),
]
# Borders of fields, markers and the focus ring: things that have to be seen, not read.
SHAPE_PAIRS = [(shape, ground) for shape in ("edge", "accent") for ground in ("paper", "surface")]
PALETTES = stylesheet.palettes()


def test_the_measure_itself_knows_black_white_and_a_poor_grey():
    assert stylesheet.contrast("#000000", "#ffffff") == pytest.approx(21)
    assert stylesheet.contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)
    assert stylesheet.contrast("#ffffff", "#ffffff") == 1


@pytest.mark.parametrize("palette", PALETTES, ids="-".join)
def test_text_has_at_least_four_and_a_half_to_one(palette):
    colours = PALETTES[palette]
    poor = {pair: round(stylesheet.contrast(colours[pair[0]], colours[pair[1]]), 2) for pair in TEXT_PAIRS}
    assert {pair: ratio for pair, ratio in poor.items() if ratio < 4.5} == {}


@pytest.mark.parametrize("palette", PALETTES, ids="-".join)
def test_shapes_have_at_least_three_to_one(palette):
    colours = PALETTES[palette]
    poor = {pair: round(stylesheet.contrast(colours[pair[0]], colours[pair[1]]), 2) for pair in SHAPE_PAIRS}
    assert {pair: ratio for pair, ratio in poor.items() if ratio < 3} == {}


def test_every_accent_an_alliance_may_choose_is_in_the_stylesheet():
    assert {accent for accent, _ in PALETTES} == set(Accent.values)


def test_browsers_without_light_dark_get_the_same_light_theme():
    fallback = stylesheet.text().split("@supports not", 1)[1].split("@layer base", 1)[0]
    plain = dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", fallback))
    assert plain == PALETTES["indigo", "light"]


def test_no_colour_is_written_outside_the_tokens():
    rules = stylesheet.text().split("@layer base {", 1)[1]
    assert set(re.findall(r"#[0-9a-fA-F]{3,8}\b", rules)) == {"#ffffff"}  # the ground of a QR code


def test_the_stylesheet_stays_small():
    source = stylesheet.text().encode()
    assert len(source) <= 32_000
    assert len(gzip.compress(source)) <= 8_000  # what travels
