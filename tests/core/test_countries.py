"""Countries by their names."""

from portal.core.countries import country_name


def test_a_country_has_a_name_in_the_language_asked_for():
    assert country_name("US", "en") == "United States"


def test_a_country_without_a_name_stays_a_code():
    assert country_name("ZZ", "ja") == "ZZ"
