"""Mails about milestones."""

from portal.core.bilingual import in_language
from startups.emails.writing import day, desk_page, founders_of, managers_of, page, write
from startups.models import Milestone


def milestone_submitted(milestone: Milestone) -> None:
    """To the desk: evidence to look at."""
    _about("milestone_submitted", milestone, managers_of(milestone.startup), desk_page(milestone))


def milestone_settled(milestone: Milestone, *, reason: str = "") -> None:
    """To the founders: verified, sent back, rejected, missed or waived."""
    _about(
        "milestone_settled",
        milestone,
        founders_of(milestone.startup),
        page("milestone", milestone.public_id),
        outcome=milestone.get_state_display,
        is_back=milestone.state == Milestone.State.IN_PROGRESS,
        reason=reason,
    )


def _about(kind: str, milestone: Milestone, readers, url: str, **context) -> None:
    for reader in readers:
        write(
            kind,
            [reader],
            milestone,
            startup=milestone.startup,
            url=url,
            key=f"{milestone.state}:{milestone.updated_at.isoformat()}",
            milestone=in_language(milestone, "title", reader.language),
            due=day(milestone.due_on),
            **context,
        )
