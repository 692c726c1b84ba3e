"""How far an application has come: its sections, what each still lacks, and where to go on."""

from collections import Counter
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from exchanges.models import Application
from exchanges.services.applications import missing_items

SECTIONS = {
    "about": _("About you"),
    "studies": _("Studies or work"),
    "stay": _("Where and when"),
    "plan": _("Your plan"),
    "documents": _("Papers"),
    "home": _("Supervisor and home institution"),
    "consents": _("Consents and sending"),
}


@dataclass(frozen=True)
class Step:
    """One section in the list on the left."""

    key: str
    title: str
    url: str
    missing: int
    done: bool
    current: bool


@dataclass(frozen=True)
class Missing:
    """One thing that stands between a draft and its sending, with the way to it."""

    section: str
    message: str
    url: str


@dataclass(frozen=True)
class Progress:
    steps: list[Step]
    missing: list[Missing]

    @property
    def done(self) -> int:
        return sum(step.done for step in self.steps)

    @property
    def total(self) -> int:
        return len(self.steps)

    @property
    def resume_url(self) -> str:
        """The first section that is not complete; the last one sends."""
        return next((step.url for step in self.steps if not step.done), self.steps[-1].url)


def section_url(application: Application, key: str) -> str:
    return reverse("exchanges:section", args=[application.public_id, key])


def following(key: str) -> str:
    """The section after this one; the last one stays where it is."""
    keys = list(SECTIONS)
    return keys[min(keys.index(key) + 1, len(keys) - 1)]


def progress_of(application: Application, *, current: str = "") -> Progress:
    items = missing_items(application)
    missing = [
        Missing(
            section=str(SECTIONS[section]),
            message=str(message),
            url=f"{section_url(application, section)}#{'paper' if section == 'documents' else 'id'}_{field}",
        )
        for section, field, message in items
    ]
    counts = Counter(section for section, _field, _message in items)
    steps = [
        Step(
            key=key,
            title=str(title),
            url=section_url(application, key),
            missing=counts[key],
            # The last section is done when the application has been sent, not before.
            done=not counts[key] and key != "consents",
            current=key == current,
        )
        for key, title in SECTIONS.items()
    ]
    return Progress(steps, missing)
