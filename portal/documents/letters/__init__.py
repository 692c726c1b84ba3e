"""The kinds of letter that apps register, each with its typst template."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.utils.functional import Promise


@dataclass(frozen=True)
class LetterKind:
    """`prefix` starts the numbers; `title` names the kind on the verification page.

    `tells_initials`: that page gives the holder's initials only, as its code stands on papers that are shown around.
    """

    code: str
    template: Path
    languages: tuple[str, ...]
    title: str | Promise
    prefix: str
    tells_initials: bool = False


_kinds: dict[str, LetterKind] = {}


def register_letter(
    kind: str,
    template_path: str | Path,
    languages: Sequence[str] = ("en", "ja"),
    *,
    title: str | Promise = "",
    prefix: str = "",
    tells_initials: bool = False,
) -> LetterKind:
    """Make a kind of letter known; the path is absolute or counts from the root of the project."""
    template = Path(settings.BASE_DIR, template_path).resolve()
    if not template.is_file():
        raise FileNotFoundError(f"letter {kind!r}: no template {template}")
    _kinds[kind] = LetterKind(
        kind,
        template,
        tuple(languages),
        title or kind.replace("_", " ").capitalize(),
        prefix or kind.upper(),
        tells_initials,
    )
    return _kinds[kind]


def letter_kind(kind: str) -> LetterKind:
    """The registered kind, or LookupError with the names of those there are."""
    try:
        return _kinds[kind]
    except KeyError:
        known = ", ".join(sorted(_kinds)) or "none"
        raise LookupError(f"no letter {kind!r} is registered; there are: {known}") from None


def holder_told(kind: str, name: str) -> str:
    """The holder as the verification page names her: `Hanako Mihon`, or `H. M.` where initials are enough."""
    if kind in _kinds and _kinds[kind].tells_initials:
        return " ".join(f"{part[0]}." for part in name.split())
    return name


def letter_title(kind: str) -> str | Promise:
    """What the kind is called, also for a letter whose kind is no longer issued."""
    return _kinds[kind].title if kind in _kinds else kind
