"""Translation catalogues: compile them without gettext, and find what is untranslated, doubtful or stale."""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import polib
from django.conf import settings

PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}")


def catalogue_files() -> list[Path]:
    """Our own catalogues, the .po files of LOCALE_PATHS."""
    return sorted(file for root in settings.LOCALE_PATHS for file in Path(root).glob("*/LC_MESSAGES/*.po"))


def translates(source: Path) -> bool:
    """Whether the catalogue is for readers of another language than the one that the code is written in."""
    return source.parent.parent.name != settings.LANGUAGE_CODE


def compiled_file(source: Path) -> Path:
    return source.with_suffix(".mo")


def compile_catalogue(source: Path) -> None:
    compiled_file(source).write_bytes(polib.pofile(str(source)).to_binary())


def compile_changed(sources: Iterable[Path]) -> list[Path]:
    """Compile what has no compiled file or an older one; what was compiled."""
    changed = [
        source
        for source in sources
        if not compiled_file(source).exists() or compiled_file(source).stat().st_mtime < source.stat().st_mtime
    ]
    for source in changed:
        compile_catalogue(source)
    return changed


def is_stale(source: Path) -> bool:
    """Whether the committed compiled file is not exactly what the catalogue compiles to today."""
    compiled = compiled_file(source)
    return not compiled.exists() or compiled.read_bytes() != polib.pofile(str(source)).to_binary()


def faults(source: Path, needed: frozenset[tuple[str | None, str]] = frozenset()) -> Iterator[str]:
    """One line for each entry that a reader would miss: `needed` are (context, text) pairs collected from the code."""
    entries = [entry for entry in polib.pofile(str(source)) if not entry.obsolete]
    known = {(entry.msgctxt, entry.msgid) for entry in entries}
    for _context, text in sorted(needed - known, key=lambda pair: pair[1]):
        yield f"{source}: not collected: {text!r}"
    for entry in entries:
        where = f"{source}:{entry.linenum}"
        translations = list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]
        if entry.fuzzy:
            yield f"{where}: fuzzy: {entry.msgid!r}"
        elif not all(translations):
            yield f"{where}: untranslated: {entry.msgid!r}"
        elif wrong := [text for text in translations if not same_placeholders(entry, text)]:
            yield f"{where}: other placeholders: {entry.msgid!r} → {wrong[0]!r}"


def same_placeholders(entry: polib.POEntry, translation: str) -> bool:
    """Whether a translation asks for exactly the values that its source (or the plural of it) is given."""
    offered = [set(PLACEHOLDER.findall(text)) for text in (entry.msgid, entry.msgid_plural) if text]
    return set(PLACEHOLDER.findall(translation)) in offered
