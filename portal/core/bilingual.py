"""Paired English and Japanese fields read as one."""

from django.utils.translation import get_language


class bilingual:
    """Descriptor: `title = bilingual("title")` reads `title_ja` in Japanese and `title_en` otherwise.

    An empty text falls back to the other language, so that nothing is ever blank. The label heads its column in lists.
    """

    def __init__(self, name: str, label=""):
        self.name = name
        if label:
            self.short_description = label

    def __get__(self, obj, owner=None):
        return self if obj is None else in_language(obj, self.name, get_language())


def other_language(obj, name: str) -> str:
    """The language of a paired field's text where it is not the page's, because the text in that one is empty."""
    first, second = ("ja", "en") if (get_language() or "").startswith("ja") else ("en", "ja")
    return second if not getattr(obj, f"{name}_{first}") and getattr(obj, f"{name}_{second}") else ""


def in_language(obj, name: str, language: str | None) -> str:
    """The text of a paired field in a language (ISO 639-1 code), or in the other one where it is empty."""
    first, second = ("ja", "en") if (language or "").startswith("ja") else ("en", "ja")
    return getattr(obj, f"{name}_{first}") or getattr(obj, f"{name}_{second}")
