"""Names in Latin letters, as passports write them."""

import pytest
from django.core.exceptions import ValidationError

from portal.core.names import in_latin_letters


@pytest.mark.parametrize(
    "name", ["Hanako", "José", "Jose\u0301", "O’Brien", "Jean-Luc", "Nguyễn Thị", "Łukasz", "d'Arc", "Md. Abdul", ""]
)
def test_latin_letters_with_all_their_marks_are_kept(name):
    assert in_latin_letters(name).replace("e\u0301", "é") == name.replace("e\u0301", "é")


def test_full_width_letters_and_spaces_become_plain_ones():
    assert in_latin_letters("　Ｈａｎａｋｏ  ") == "Hanako"


@pytest.mark.parametrize("name", ["カミーユ", "花子", "Ирина", "Hana子", "Ελένη", "ﾊﾅｺ"])
def test_other_scripts_are_refused_with_the_way_out(name):
    with pytest.raises(ValidationError, match="Latin letters"):
        in_latin_letters(name)
