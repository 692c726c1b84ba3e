"""How much of what is published stands in both languages (C16), over programmes, calls, events and startups."""

import pytest

from portal.figures import Subject, compute
from tests.factories.events import an_event

pytestmark = pytest.mark.django_db


def test_what_is_published_is_complete_in_both_languages_or_not(world):
    subject = Subject.of("alliance", world.north.alliance)
    before = compute("C16", subject=subject)
    an_event(world.north)
    an_event(world.north, title_ja="")
    an_event(world.north, summary_en="")
    an_event(world.north, summary_en="", summary_ja="")
    an_event(world.north, "idea", title_ja="")
    an_event(world.south, title_ja="")
    result = compute("C16", subject=subject)
    assert result.denominator - before.denominator == 4
    assert result.numerator - before.numerator == 2
    assert len(result.base_ids()) == result.denominator


def test_where_nothing_is_published_there_is_a_dash(world):
    assert compute("C16", subject=Subject.of("organisation", world.north.elsewhere)).text == "—"
