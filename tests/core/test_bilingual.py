"""Paired fields: the reader's language first, the other one before nothing, and a label for lists."""

from types import SimpleNamespace

from django.utils import translation

from portal.core.bilingual import bilingual, in_language


class Book:
    title = bilingual("title", "its title")
    plain = bilingual("plain")


def test_the_readers_language_comes_first_and_the_other_one_before_nothing():
    book = Book()
    book.title_en, book.title_ja = "Snow Country", "雪国"
    book.plain_en, book.plain_ja = "Only here", ""
    with translation.override("ja"):
        assert (book.title, book.plain) == ("雪国", "Only here")
    with translation.override("en"):
        assert book.title == "Snow Country"


def test_a_language_is_asked_for_by_its_code():
    row = SimpleNamespace(name_en="", name_ja="東北大学")
    assert [in_language(row, "name", code) for code in ("en", "ja", "ja-JP", None)] == ["東北大学"] * 4


def test_a_label_heads_the_column_of_a_list():
    assert Book.title.short_description == "its title"
    assert not hasattr(Book.plain, "short_description")
