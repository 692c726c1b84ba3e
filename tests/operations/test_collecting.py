"""Collecting: words of installed packages that come without Japanese are ours to translate, the others are not."""

import polib
import pytest

from portal.operations import collecting

pytestmark = pytest.mark.once


def template_of(folder, *entries: tuple[str, str]) -> polib.POFile:
    file = polib.POFile()
    for text, path in entries:
        file.append(polib.POEntry(msgid=text, occurrences=[(path, "")]))
    file.fpath = str(folder / "django.pot")
    return file


def test_a_borrowed_word_stays_only_if_nobody_translates_it(tmp_path):
    unfold = str(collecting.package_path("unfold"))
    template = template_of(
        tmp_path,
        ("Type to search", f"{unfold}/templates/admin/search_form.html"),
        ("Log out", f"{unfold}/templates/admin/base.html"),
        ("Save", "exchanges/templates/exchanges/report.html"),
    )
    collecting.keep_what_is_needed(template, translated={(None, "Log out"), (None, "Save")})
    assert [(entry.msgid, entry.occurrences[0][0]) for entry in polib.pofile(template.fpath)] == [
        ("Type to search", "unfold/templates/admin/search_form.html"),
        ("Save", "exchanges/templates/exchanges/report.html"),
    ]


def test_what_django_and_the_packages_translate_is_known_and_ours_is_not_among_it():
    translated = collecting.translated_elsewhere("ja")
    assert (None, "Log out") in translated
    assert (None, "Skip to the content") not in translated
    assert (None, "Type to search") not in translated
    assert collecting.translated_elsewhere("xx") == set()


def test_the_pages_of_the_borrowed_packages_are_read():
    collector = collecting.Collector()
    collector.extensions, collector.default_locale_path = {".html", ".py"}, "locale"
    files = {file.path for file in collector.borrowed_files()}
    for package in collecting.BORROWED:
        assert any(f"/{package}/templates/" in path for path in files)
    assert not [path for path in files if not path.endswith((".html", ".py"))]
