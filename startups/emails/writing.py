"""What all mails about startups share: where they lead, who reads them, and one mail for each event and reader."""

import datetime as dt
from collections.abc import Iterable

from django.urls import reverse
from django.utils import timezone

from portal.accounts.desks import users_at
from portal.accounts.roles import Role
from portal.core.dates import long_date
from portal.outbox.services import Recipient, queue
from startups.models import Confidentiality, Founder, Mentor, Startup


def page(name: str, *args) -> str:
    return reverse(f"startups:{name}", args=args)


def desk_page(row) -> str:
    """The record on the coordinators' desk."""
    return reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk])


def reach(person) -> list[Recipient]:
    """The person as a reader, where there is an address."""
    if person is None or not (person.user_id or person.email):
        return []
    return [person.as_recipient()]


def founders_of(startup: Startup) -> list[Recipient]:
    """The first contact; where none is named, everybody in the team of today who has an address."""
    return contacts_among(startup.founders.select_related("person__user"))


def contacts_among(founders: Iterable[Founder]) -> list[Recipient]:
    team = [row for row in founders if row.until_on is None]
    chosen = [row for row in team if row.is_primary_contact] or team
    return [reader for row in chosen for reader in reach(row.person)]


def mentors_of(startup: Startup) -> list[Recipient]:
    return confirmed_among(startup.mentors.select_related("person__user"))


def confirmed_among(mentors: Iterable[Mentor]) -> list[Recipient]:
    return [reader for row in mentors if row.state == Mentor.State.CONFIRMED for reader in reach(row.person)]


def managers_of(startup: Startup) -> list[Recipient]:
    """The desk that looks after it; at the narrowest level only those of it who were let in by name."""
    programme = startup.cohort.programme if startup.cohort_id else None
    users = users_at(Role.STARTUP_MANAGER, startup.desk, today=timezone.localdate(), programme=programme)
    if startup.confidentiality == Confidentiality.NAMED:
        let_in = set(startup.readers.values_list("user_id", flat=True))
        users = [user for user in users if user.pk in let_in]
    return [user.as_recipient() for user in users]


def day(value: dt.date):
    """A day in the reader's language."""
    return lambda: long_date(value)


def sender_of(startup: Startup):
    return lambda: startup.desk.name if startup.desk else ""


def write(kind: str, readers: Iterable[Recipient], about, *, startup: Startup, url: str, key: str, **context) -> int:
    """Queue the mail for each reader; `key` makes it once per event and reader. Answers how many readers there are."""
    readers = {reader.email.lower(): reader for reader in readers}
    for address, reader in readers.items():
        name = startup.name_in(reader.language)
        queue(
            kind=kind,
            to=reader,
            about=about,
            organisation=startup.mail_organisation,
            dedupe_key=f"{kind}:{about._meta.label_lower}.{about.pk}:{key}:{address}",
            context={"sender": sender_of(startup), "startup": name, "action_url": url, **context},
        )
    return len(readers)
