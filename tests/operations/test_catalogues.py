"""Catalogues: what a Japanese reader would miss is found, and compiling needs no gettext."""

import gettext
import os

import polib
import pytest

from portal.operations import catalogues

pytestmark = pytest.mark.once

HEADER = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\nPlural-Forms: nplurals=1; plural=0;\\n"\n\n'
GOOD = """
msgid "Hello"
msgstr "こんにちは"

msgid "%(count)s place"
msgid_plural "%(count)s places"
msgstr[0] "%(count)s名"

msgctxt "month"
msgid "May"
msgstr "5月"

#~ msgid "gone"
#~ msgstr ""
"""


@pytest.fixture
def catalogue(tmp_path):
    def write(text: str):
        file = tmp_path / "django.po"
        file.write_text(HEADER + text)
        return file

    return write


def test_a_complete_catalogue_has_no_fault(catalogue):
    assert list(catalogues.faults(catalogue(GOOD))) == []


@pytest.mark.parametrize(
    ("entry", "fault"),
    [
        ('msgid "Bye"\nmsgstr ""\n', "untranslated: 'Bye'"),
        ('#, fuzzy\nmsgid "Bye"\nmsgstr "さようなら"\n', "fuzzy: 'Bye'"),
        ('msgid "%(n)s a"\nmsgid_plural "%(n)s as"\nmsgstr[0] ""\n', "untranslated: '%(n)s a'"),
        ('msgid "Dear %(name)s"\nmsgstr "様"\n', "other placeholders: 'Dear %(name)s' → '様'"),
        ('msgid "Dear {name}"\nmsgstr "{namae}様"\n', "other placeholders: 'Dear {name}' → '{namae}様'"),
    ],
)
def test_each_fault_is_found_with_its_line(catalogue, entry, fault):
    (line,) = catalogues.faults(catalogue(GOOD + "\n" + entry))
    assert line.endswith(fault)
    assert int(line.removesuffix(fault).rstrip(": ").rsplit(":", 1)[1]) > 10


def test_strings_of_the_code_that_were_never_collected_are_found(catalogue):
    needed = frozenset({(None, "Hello"), ("month", "May"), (None, "May"), (None, "New")})
    lines = list(catalogues.faults(catalogue(GOOD), needed))
    assert [line.split(": ", 1)[1] for line in lines] == ["not collected: 'May'", "not collected: 'New'"]


def test_compiled_catalogues_are_read_by_gettext(catalogue):
    source = catalogue(GOOD)
    catalogues.compile_catalogue(source)
    with catalogues.compiled_file(source).open("rb") as file:
        translations = gettext.GNUTranslations(file)
    assert translations.gettext("Hello") == "こんにちは"
    assert translations.ngettext("%(count)s place", "%(count)s places", 3) == "%(count)s名"
    assert translations.pgettext("month", "May") == "5月"


def test_only_what_is_missing_or_older_is_compiled(catalogue):
    source = catalogue(GOOD)
    assert catalogues.compile_changed([source]) == [source]
    assert catalogues.compile_changed([source]) == []
    later = catalogues.compiled_file(source).stat().st_mtime + 10
    os.utime(source, (later, later))
    assert catalogues.compile_changed([source]) == [source]


def test_a_compiled_file_of_yesterday_is_stale(catalogue):
    source = catalogue(GOOD)
    assert catalogues.is_stale(source)
    catalogues.compile_catalogue(source)
    assert not catalogues.is_stale(source)
    words = polib.pofile(str(source))
    words[0].msgstr = "やあ"
    words.save(str(source))
    assert catalogues.is_stale(source)
