"""To whom a mail goes: an address, and how its owner reads."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Recipient:
    """One reader: `language` is an ISO 639-1 code of the portal, `timezone` an IANA name."""

    email: str
    name: str
    language: str = "en"
    timezone: str = "UTC"
    user_id: int | None = None
    person_id: int | None = None
