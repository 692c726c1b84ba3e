"""Where an application stands, as the applicant is told: checks and rankings of the desks stay with the desks."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from portal.applications.models import State
from portal.ui.states import Tone


@dataclass(frozen=True)
class Standing:
    """A tone, the state in the applicant's words, and who has the next word."""

    tone: Tone
    label: str
    explanation: str


IN_REVIEW = Standing(
    Tone.WAITING, _("under review"), _("Experts read your plan, and a panel decides. Nothing is needed from you.")
)

STANDINGS: Mapping[str, Standing] = {
    State.DRAFT: Standing(Tone.ATTENTION, _("draft"), _("Only you can see it. Nothing has been sent.")),
    State.SUBMITTED: Standing(
        Tone.WAITING, _("received"), _("The programme office has it and will begin to check it.")
    ),
    State.ELIGIBILITY_CHECK: Standing(
        Tone.WAITING,
        _("being checked"),
        _("The programme office looks at your application and asks you if something is missing."),
    ),
    State.RETURNED: Standing(Tone.ATTENTION, _("something is missing"), _("Please complete it and send it again.")),
    State.UNDER_REVIEW: IN_REVIEW,
    State.SHORTLISTED: IN_REVIEW,
    State.RECOMMENDED: IN_REVIEW,
    State.SELECTED: Standing(Tone.DONE, _("selected"), _("You have been selected.")),
    State.WAITLISTED: Standing(
        Tone.WAITING, _("on the waiting list"), _("A place may become free. You are told at once.")
    ),
    State.DECLINED: Standing(
        Tone.STOPPED, _("not chosen"), _("You were told by mail. You are welcome to apply to another call.")
    ),
    State.INELIGIBLE: Standing(Tone.STOPPED, _("not eligible"), _("The mail you got quotes the rule that is not met.")),
    State.WITHDRAWN: Standing(Tone.STOPPED, _("withdrawn"), _("You have withdrawn it.")),
    State.EXPIRED: Standing(Tone.STOPPED, _("lapsed"), _("It was not sent in time. You are welcome to apply again.")),
}

# What the audit trail says to applicants; verbs that nobody speaks are not shown to them. Kinds add their own.
_spoken_acts: dict[str, str] = {
    "application.start": _("You began this application"),
    "application.submit": _("You sent the application"),
    "application.resubmit": _("You sent the application again"),
    "application.start_check": _("The programme office began to check it"),
    "application.return": _("The programme office asked you to complete it"),
    "application.pass_eligibility": _("The formal check is done; your application goes on"),
    "application.document_removed": _("You took back a paper"),
    "application.refuse_ineligible": _("The formal requirements are not met"),
    "application.withdraw": _("You withdrew the application"),
    "application.expire": _("The application lapsed"),
    "application.lapse": _("The draft lapsed"),
    "documents.upload": _("You handed in a paper"),
    "documents.discard": _("You took back a paper"),
}
SPOKEN_ACTS: Mapping[str, str] = _spoken_acts


def speak(words: Mapping[str, str]) -> None:
    """Make the verbs of a kind speak to applicants; called once when the kind is loaded."""
    _spoken_acts.update(words)
