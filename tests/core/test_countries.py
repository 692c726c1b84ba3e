"""Countries have names in both languages."""

import re

from django.utils import translation

from portal.core.countries import PARTNERS, country_choices, country_name


def test_a_country_has_a_name_in_both_languages():
    assert country_name("US", "en") == "United States"
    assert country_name("KE", "ja") == "ケニア"


def test_the_language_of_the_page_is_used_where_none_is_named():
    with translation.override("ja"):
        assert country_name("US") == "米国"


def test_an_unknown_code_is_shown_as_it_is():
    assert country_name("ZZ", "ja") == "ZZ"


def test_the_choices_offer_partners_first_and_no_english_name_in_japanese():
    with translation.override("ja"):
        *partners, (_title, others) = country_choices()
    assert {code for code, _name in partners} == PARTNERS
    assert len(others) > 200
    assert [name for _code, name in (*partners, *others) if re.fullmatch(r"[ -~]+", name)] == []


def test_the_choices_are_sorted_by_the_names_shown():
    *partners, (_title, others) = country_choices()
    assert [name for _code, name in partners] == sorted(name for _code, name in partners)
    assert [name for _code, name in others] == sorted(name for _code, name in others)
