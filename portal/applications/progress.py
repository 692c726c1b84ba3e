"""How far an application has come: its sections, what each still lacks, and where to go on."""

from collections import Counter
from dataclasses import dataclass

from django.utils.timezone import localdate

from portal.applications.kinds import kind_of
from portal.applications.models import BaseApplication
from portal.applications.sections import PAPERS, SENDING
from portal.applications.services.applications import missing_items


@dataclass(frozen=True)
class Step:
    """One section in the list on the left; `asks` says whether anything of it is needed before sending."""

    key: str
    title: str
    url: str
    missing: int
    asks: bool
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
        """How many sections there are to complete: what asks nothing is complete without anybody's doing."""
        return sum(step.asks for step in self.steps)

    @property
    def resume_url(self) -> str:
        """The first section that is not complete; the last one sends."""
        return next((step.url for step in self.steps if step.missing), self.steps[-1].url)


def section_url(application: BaseApplication, key: str) -> str:
    return kind_of(application).url("section", application.public_id, key)


def following(application: BaseApplication, key: str) -> str:
    """The section after this one; the last one stays where it is."""
    keys = list(kind_of(application).section_by_key)
    return keys[min(keys.index(key) + 1, len(keys) - 1)]


def progress_of(application: BaseApplication, *, current: str = "") -> Progress:
    sections = kind_of(application).section_by_key
    items = missing_items(application, localdate())
    missing = [
        Missing(
            section=str(sections[section].title),
            message=str(message),
            url=f"{section_url(application, section)}#{'paper' if section == PAPERS else 'id'}_{field}",
        )
        for section, field, message in items
    ]
    counts = Counter(section for section, _field, _message in items)
    asking = {key for key, section in sections.items() if section.required} | {SENDING}
    if any(paper.is_required for paper in application.call.requested_documents.all()):
        asking.add(PAPERS)
    steps = [
        Step(
            key=key,
            title=str(section.title),
            url=section_url(application, key),
            missing=counts[key],
            asks=key in asking,
            # The last section is done when the application has been sent, not before.
            done=key in asking and not counts[key] and key != SENDING,
            current=key == current,
        )
        for key, section in sections.items()
    ]
    return Progress(steps, missing)
