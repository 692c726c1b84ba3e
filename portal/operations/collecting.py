"""Strings to translate: those of this project, and those that installed packages show but nobody has translated."""

import importlib.util
from pathlib import Path

import django
import polib
from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.core.management.commands import makemessages

# Packages whose pages our readers see although no Japanese comes with them.
BORROWED = ("unfold",)

# No line numbers: a catalogue should change when words change, not when lines move.
COLLECT = {
    "locale": ["ja"],
    "ignore_patterns": [".venv/*", "var/*", "tests/*", "docs/*"],
    "add_location": "file",
    "no_wrap": True,
    "no_obsolete": True,
    "extensions": ["html", "txt", "py", "typ"],
}


class Collector(makemessages.Command):
    """Django's own collection of strings, reaching into the borrowed packages and never guessing a translation."""

    # Modules that import the lazy gettext as `_` call the other one by these names.
    xgettext_options = [*makemessages.Command.xgettext_options, "--keyword=_now", "--keyword=_gettext"]
    msgmerge_options = [*makemessages.Command.msgmerge_options, "--no-fuzzy-matching"]

    def find_files(self, root):
        return sorted([*super().find_files(root), *self.borrowed_files()])

    def borrowed_files(self):
        """The files of the borrowed packages, without the parts of them that are not installed."""
        for package in BORROWED:
            root = package_path(package)
            contrib = (root / "contrib").glob("*/")
            left_out = tuple(f"{part}/" for part in contrib if not apps.is_installed(f"{package}.contrib.{part.name}"))
            for file in root.rglob("*"):
                if file.suffix in self.extensions and not str(file).startswith(left_out):
                    yield self.translatable_file_class(str(file.parent), file.name, self.default_locale_path)

    def build_potfiles(self):
        potfiles = super().build_potfiles()
        for potfile in potfiles:
            keep_what_is_needed(polib.pofile(str(potfile), wrapwidth=0), translated=translated_elsewhere("ja"))
        return potfiles


class Reader(Collector):
    """The same collection, keeping the strings instead of writing them into the catalogues."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.found: set[tuple[str | None, str]] = set()

    def write_po_file(self, potfile, locale):
        self.found |= {(entry.msgctxt, entry.msgid) for entry in polib.pofile(str(potfile))}


def strings_of_the_code() -> set[tuple[str | None, str]]:
    """(Context, text) of everything that needs a translation today; needs gettext."""
    reader = Reader()
    call_command(reader, **COLLECT, verbosity=0)
    return reader.found


def package_path(package: str) -> Path:
    spec = importlib.util.find_spec(package)
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError(package)
    return Path(spec.origin).parent


def translated_elsewhere(language: str) -> set[tuple[str | None, str]]:
    """(Context, text) of everything that Django and the installed packages translate themselves."""
    roots = [Path(django.__file__).parent / "conf", *(Path(config.path) for config in apps.get_app_configs())]
    files = [root / "locale" / language / "LC_MESSAGES" / "django.mo" for root in roots]
    ours = {Path(root) for root in settings.LOCALE_PATHS}
    return {
        (entry.msgctxt, entry.msgid)
        for file in files
        if file.exists() and file.parents[2] not in ours
        for entry in polib.mofile(str(file))
    }


def keep_what_is_needed(template: polib.POFile, *, translated: set[tuple[str | None, str]]) -> None:
    """Drop borrowed strings that are translated where they come from, and name the others without this machine."""
    site_packages = {f"{package_path(package).parent}/" for package in BORROWED}

    def borrowed(path: str) -> bool:
        return any(path.startswith(root) for root in site_packages)

    for entry in list(template):
        if all(borrowed(path) for path, _line in entry.occurrences) and (entry.msgctxt, entry.msgid) in translated:
            template.remove(entry)
            continue
        for root in site_packages:
            entry.occurrences = [(path.removeprefix(root), line) for path, line in entry.occurrences]
    template.save()
