"""ORCID iDs and ROR ids with their check digits."""

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from portal.core.identifiers import CROCKFORD, normalise_orcid, normalise_ror, orcid_check_digit, ror_checksum


@pytest.mark.parametrize(
    "value", ["0000-0002-1825-0097", "https://orcid.org/0000-0002-1825-0097", " 0000-0002-1694-233x"]
)
def test_a_right_orcid_is_kept_in_its_plain_form(value):
    assert normalise_orcid(value) in ("0000-0002-1825-0097", "0000-0002-1694-233X")


@pytest.mark.parametrize("value", ["0000-0002-1825-0098", "0000-0002-1825-009", "hello", "0000000218250097"])
def test_a_wrong_orcid_is_refused(value):
    with pytest.raises(ValidationError):
        normalise_orcid(value)


@given(st.text("0123456789", min_size=15, max_size=15), st.integers(0, 14), st.integers(1, 9))
def test_one_mistyped_digit_of_an_orcid_is_always_noticed(digits, position, shift):
    wrong = digits[:position] + str((int(digits[position]) + shift) % 10) + digits[position + 1 :]
    assert orcid_check_digit(wrong) != orcid_check_digit(digits)


@pytest.mark.parametrize("bare", ["024mw5h28", "01dq60k83", "01g5y5k24"])
def test_the_ror_ids_of_the_founders_are_right(bare):
    assert normalise_ror(bare) == normalise_ror(f"https://ror.org/{bare.upper()}") == f"https://ror.org/{bare}"


@pytest.mark.parametrize("value", ["024mw5h29", "https://ror.org/124mw5h28", "ror.org/024mw5i28", ""])
def test_a_wrong_ror_id_is_refused(value):
    with pytest.raises(ValidationError):
        normalise_ror(value)


@given(st.text(CROCKFORD, min_size=6, max_size=6), st.integers(0, 5), st.integers(1, 31))
def test_one_mistyped_character_of_a_ror_id_is_always_noticed(body, position, shift):
    wrong = body[:position] + CROCKFORD[(CROCKFORD.index(body[position]) + shift) % 32] + body[position + 1 :]
    assert ror_checksum("0" + wrong) != ror_checksum("0" + body)
