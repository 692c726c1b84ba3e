"""The tone of a state."""

import csv

from django.conf import settings

from portal.ui.icons import svg
from portal.ui.states import TONE_ICONS, TONES, Tone, tone_of

# A thing that has only begun, or waits for its own author, says nothing urgent yet.
WITHOUT_TONE = {"draft", "drafting", "minutes_draft", "proposed", "planned", "idea", "lead", "disclosed"}
# And some are mere facts, neither good nor bad.
FACTS = {"registration_closed", "secret", "waived"}


def test_every_state_of_the_life_cycles_has_been_thought_about():
    path = settings.BASE_DIR / "portal/data/lifecycle_transitions.csv"
    with path.open(encoding="utf-8-sig", newline="") as file:
        states = {row["to_state"].strip() for row in csv.DictReader(file)}
    assert states - set(TONES) - WITHOUT_TONE - FACTS == set()


def test_no_state_has_two_tones_and_unknown_ones_stay_neutral():
    assert tone_of("submitted") == Tone.DONE
    assert tone_of("NO_SHOW") == Tone.STOPPED
    assert tone_of("something new") == Tone.NEUTRAL


def test_every_tone_has_a_shape_of_its_own():
    assert set(TONE_ICONS) == set(Tone)
    assert len({svg(name) for name in TONE_ICONS.values()}) == len(Tone)
