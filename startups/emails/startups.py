"""Mails about the way of a startup through the programme."""

from startups.emails.writing import day, desk_page, founders_of, managers_of, mentors_of, page, reach, write
from startups.models import Mentor, Showcase, Startup


def stage_reached(startup: Startup, *, note: str = "") -> None:
    """To the founders: admitted, started, paused, resumed, graduated, left, exited, closed."""
    write(
        "startup_stage",
        founders_of(startup),
        startup,
        startup=startup,
        url=page("mine", startup.public_id),
        key=f"{startup.state}:{startup.updated_at.isoformat()}",
        stage=startup.get_state_display,
        note=note,
    )


def startup_left(startup: Startup, reason: str) -> None:
    """To the desk and the mentors, when founders leave the programme."""
    for readers, url in ((managers_of(startup), desk_page(startup)), (mentors_of(startup), page("mentoring"))):
        write(
            "startup_left", readers, startup, startup=startup, url=url, key=startup.updated_at.isoformat(),
            reason=reason,
        )  # fmt: skip


def mentor_confirmed(mentor: Mentor) -> None:
    """To the mentor and to the founders: you work together now."""
    startup = mentor.startup
    common = {"mentor": lambda: str(mentor.person), "topics": lambda: mentor.topics}
    write(
        "mentor_confirmed", reach(mentor.person), mentor, startup=startup, url=page("mentoring"), key="mentor", **common
    )
    write(
        "mentor_confirmed_founders",
        founders_of(startup),
        mentor,
        startup=startup,
        url=page("mine", startup.public_id),
        key="founders",
        **common,
    )


def showcase_consented(showcase: Showcase) -> None:
    """To the desk: the founders agree to be shown."""
    _to_desk("showcase_consented", showcase, showcase.consent_given_on)


def showcase_withdrawn(showcase: Showcase) -> None:
    """To the desk: the page is gone from the public already."""
    _to_desk("showcase_withdrawn", showcase, showcase.consent_withdrawn_on)


def _to_desk(kind: str, showcase: Showcase, on) -> None:
    startup = showcase.startup
    write(
        kind, managers_of(startup), showcase, startup=startup, url=desk_page(showcase),
        key=showcase.updated_at.isoformat(), on=day(on),
    )  # fmt: skip
