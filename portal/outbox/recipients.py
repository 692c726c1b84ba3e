"""To whom a mail goes: an address, and how its owner reads."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Recipient:
    """One reader: `language` is an ISO 639-1 code of the portal, `timezone` an IANA name.

    `name` addresses her; `names` are what others call her, each in a language.
    """

    email: str
    name: str
    language: str = "en"
    timezone: str = "UTC"
    user_id: int | None = None
    person_id: int | None = None
    names: tuple[tuple[str, str], ...] = ()

    def name_in(self, language: str) -> str:
        """What somebody who reads this language calls her."""
        return dict(self.names).get(language, self.name)
