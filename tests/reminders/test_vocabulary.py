"""The rule table in words: every code of the published rules speaks both languages."""

import csv
import re
from pathlib import Path

import pytest
from django.utils import translation

from portal.core.entities import ENTITIES
from portal.core.lifecycles import role_names
from portal.reminders import vocabulary
from portal.reminders.offsets import parse

RULES = list(csv.DictReader(Path("portal/data/reminder_rules.csv").read_text(encoding="utf-8").splitlines()))
JAPANESE = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]")
# Names that Japanese texts keep in Latin letters.
KEPT = re.compile(r"I-94|DS-2019|J-1|KEK|D:[15]")


def pieces(column: str, separator: str = ", ") -> list[str]:
    return sorted({piece for rule in RULES for piece in rule[column].split(separator) if piece})


OFFSETS = sorted({str(offset) for rule in RULES for offset in parse(rule["offsets"])})
CASES = [
    *((lambda code: str(ENTITIES[code]), entity) for entity in pieces("entity")),
    *((vocabulary.anchor_words, anchor) for anchor in sorted({rule["trigger_en"] for rule in RULES})),
    *((vocabulary.step_words, offset) for offset in OFFSETS),
    *((vocabulary.readers_words, reader) for reader in pieces("recipients")),
    *((vocabulary.readers_words, reader) for reader in pieces("escalate_to")),
    *((vocabulary.clock_words, zone) for zone in sorted({rule["time_zone_rule"] for rule in RULES})),
]


def test_all_rules_of_the_table_are_looked_at():
    assert len(RULES) == 42


@pytest.mark.parametrize(("words", "code"), CASES)
def test_each_code_of_the_table_has_words_in_both_languages(words, code):
    with translation.override("en"):
        english = words(code)
    with translation.override("ja"):
        japanese = words(code)
    assert "_" not in english and not re.search(r"[+-]\d|\bzone\b", KEPT.sub("", english))
    assert JAPANESE.search(japanese) and not re.search(r"[A-Za-z]", KEPT.sub("", japanese)), japanese


def test_only_what_stands_in_the_tables_counts_as_words():
    """Otherwise a code that happens to read like a word would pass unnoticed."""
    known = vocabulary.READERS | role_names()
    assert {rule["trigger_en"] for rule in RULES} == set(vocabulary.ANCHORS)
    assert {*pieces("recipients"), *pieces("escalate_to")} <= set(known)


@pytest.mark.parametrize(
    ("offsets", "english", "japanese"),
    [
        ("-365d, -1d", "365 days before, 1 day before", "365日前、1日前"),
        ("0d 10:00, +1d", "on the day 10:00, 1 day after", "当日 10:00、1日後"),
        ("-90d (long), -1h (online)", "90 days before (long stays), 1 hour before (online)", None),
        ("monthly; at capacity", "every month, all places taken: at once", "1か月ごと、満員：直ちに"),
        ("yearly; departure +7d, +25d", "every 12 months, departure: 7 days after, departure: 25 days after", None),
        ("-45d; then every 31 nights", "45 days before, every 31 days", "45日前、31日ごと"),
        ("1 March, 20 March", "1 March, 20 March", "3月1日、3月20日"),
        ("+5bd, -15min, +9m", "5 business days after, 15 minutes before, 9 months after", "5営業日後、15分前、9か月後"),
    ],
)
def test_offsets_are_read_aloud(offsets, english, japanese):
    with translation.override("en"):
        assert vocabulary.offsets_words(offsets) == english
    if japanese:
        with translation.override("ja"):
            assert vocabulary.offsets_words(offsets) == japanese


@pytest.mark.parametrize(
    ("step", "words"), [("-2d", "2 days before"), ("every 31d ×2", "every 31 days"), ("0min", "at once")]
)
def test_a_planned_step_is_told_by_its_offset(step, words):
    with translation.override("en"):
        assert vocabulary.step_words(step) == words


@pytest.mark.parametrize("words", [vocabulary.anchor_words, vocabulary.readers_words, vocabulary.clock_words])
def test_what_nobody_has_named_is_shown_as_it_was_entered(words):
    assert words("the third moon") == "the third moon"
