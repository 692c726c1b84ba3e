"""A Japanese reader sees Japanese: the catalogue is complete, asks for the same values, and is compiled."""

import re
from pathlib import Path

import polib
import pytest
from django.urls import reverse

from portal.operations import catalogues
from portal.operations.collecting import Collector

JAPANESE = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]")
MARKUP = re.compile(r"%\(\w+\)[sd]|%[sd%]|\{\w*\}|<[^>]*>")
# What is written the same in both languages: names of standards and formats, and words made of placeholders only.
SAME_IN_BOTH = re.compile(
    r"DOI|HTML|ORCID iD|ROR I[dD]|SHA-256|Message-ID|URL|CSV|Excel|UTF-8|\.[a-z]+|https?://\S+|[\W\d_]"
)

ROOT = Path(__file__).resolve().parents[2]
SOURCES = catalogues.catalogue_files()
ENTRIES = [
    entry
    for source in filter(catalogues.translates, SOURCES)
    for entry in polib.pofile(str(source))
    if not entry.obsolete
]


def texts(entry: polib.POEntry) -> list[str]:
    return list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]


def is_english(translation: str) -> bool:
    """Whether words are left after names, formats, placeholders and signs, and none of it is Japanese."""
    return not JAPANESE.search(translation) and bool(SAME_IN_BOTH.sub("", MARKUP.sub("", translation)))


def test_there_is_a_catalogue_with_the_words_of_the_whole_portal():
    assert [source.parent.parent.name for source in SOURCES] == ["en", "ja"]
    assert len(ENTRIES) > 2000
    assert {"Skip to the content", "Type to search"} <= {entry.msgid for entry in ENTRIES}  # ours, and a borrowed one


def test_libraries_speak_english_as_the_portal_does(client, db):
    """Sentence case, and “e-mail”: their own words are Password Reset and Email."""
    page = client.get(reverse("account_reset_password")).content.decode()
    assert "Password reset" in page and "E-mail" in page
    assert "Password Reset" not in page and "Email" not in page


def test_every_name_under_which_code_translates_is_collected():
    """`_` and Django's own names are known to gettext; another one has to be told to the collector."""
    alias = re.compile(r"import .*\b[np]{0,2}gettext(?:_lazy)? as (\w+)")
    code = (path for room in ("portal", "exchanges", "workshops", "startups") for path in (ROOT / room).rglob("*.py"))
    used = {name for path in code for name in alias.findall(path.read_text())}
    told = {option.removeprefix("--keyword=") for option in Collector.xgettext_options if "keyword=_" in option}
    assert used - {"_"} <= told
    assert alias.findall("from django.utils.translation import gettext_lazy as _lazy") == ["_lazy"]


def test_nothing_is_untranslated_fuzzy_or_asks_for_other_values():
    assert [line for source in SOURCES for line in catalogues.faults(source)] == []


def test_no_translation_is_left_in_english():
    assert [entry.msgid for entry in ENTRIES if any(is_english(text) for text in texts(entry))] == []


@pytest.mark.parametrize(
    ("translation", "left"),
    [("保存する", False), ("DOI", False), ("「%(field)s」", False), ("Save", True), ("%(name)s has arrived", True)],
)
def test_english_is_told_from_names_and_placeholders(translation, left):
    assert is_english(translation) is left


def test_markup_is_the_same_on_both_sides():
    def tags(text):
        return sorted(re.findall(r"<[^>]*>", text))

    assert [entry.msgid for entry in ENTRIES if any(tags(text) != tags(entry.msgid) for text in texts(entry))] == []


def test_a_translation_begins_and_ends_like_its_source():
    def edges(text):
        return text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]

    worded = [entry for entry in ENTRIES if entry.msgid.strip(",; ")]  # Japanese puts no space after a comma
    assert [entry.msgid for entry in worded if any(edges(text) != edges(entry.msgid) for text in texts(entry))] == []


def test_japanese_uses_its_own_punctuation():
    halfwidth = re.compile(r"[\u3040-\u30ff\u3400-\u9fff][,!?;:(](?!\S*=)|[、。]\s")
    assert [text for entry in ENTRIES for text in texts(entry) if halfwidth.search(text.strip())] == []


def test_the_compiled_catalogue_is_the_one_of_these_words():
    assert [str(source) for source in SOURCES if catalogues.is_stale(source)] == []
