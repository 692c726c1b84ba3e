"""The parts of which a report is made."""

from dataclasses import dataclass

from django.utils.functional import Promise


@dataclass(frozen=True)
class Section:
    """A chapter: a heading, a sentence of what it tells, its figures and its pictures."""

    key: str
    title: str | Promise
    text: str | Promise
    codes: tuple[str, ...] = ()
    pictures: tuple[str, ...] = ()


@dataclass(frozen=True)
class ReportDefinition:
    """`headline` are the figures of the first page; the first picture stands there as well."""

    title: str | Promise
    headline: tuple[str, ...]
    picture: str
    sections: tuple[Section, ...]

    @property
    def codes(self) -> tuple[str, ...]:
        """Every figure once, in the order in which it appears."""
        return tuple(dict.fromkeys(code for section in self.sections for code in section.codes))

    @property
    def pictures(self) -> tuple[str, ...]:
        named = [self.picture, *(name for section in self.sections for name in section.pictures)]
        return tuple(dict.fromkeys(named))
