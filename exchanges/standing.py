"""Where an application stands, as the applicant is told: checks and rankings of the desks stay with the desks."""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from exchanges.models import Application
from portal.ui.states import Tone

A = Application.State


@dataclass(frozen=True)
class Standing:
    """A tone, the state in the applicant's words, and who has the next word."""

    tone: Tone
    label: str
    explanation: str


_BEING_CHECKED = Standing(
    Tone.WAITING,
    _("being checked"),
    _("The programme office looks at your application and asks you if something is missing."),
)
_CLEARANCE = Standing(
    Tone.WAITING,
    _("being checked"),
    _("Offices on both sides do the checks that the law asks for every visitor. Nothing is needed from you."),
)
_IN_REVIEW = Standing(
    Tone.WAITING, _("under review"), _("Experts read your plan, and a panel decides. Nothing is needed from you.")
)
_NOT_CHOSEN = Standing(
    Tone.STOPPED, _("not chosen"), _("You were told by mail. You are welcome to apply to another call.")
)

STANDINGS = {
    A.DRAFT: Standing(Tone.ATTENTION, _("draft"), _("Only you can see it. Nothing has been sent.")),
    A.SUBMITTED: Standing(Tone.WAITING, _("received"), _("The programme office has it and will begin to check it.")),
    A.ELIGIBILITY_CHECK: _BEING_CHECKED,
    A.RETURNED: Standing(Tone.ATTENTION, _("something is missing"), _("Please complete it and send it again.")),
    A.EXPORT_PRECHECK: _CLEARANCE,
    A.EXPERT_REVIEW: _CLEARANCE,
    A.HOST_AND_HOME: Standing(
        Tone.WAITING, _("waiting for host and home"), _("The host and your home institution are asked to agree.")
    ),
    A.UNDER_REVIEW: _IN_REVIEW,
    A.SHORTLISTED: _IN_REVIEW,
    A.RECOMMENDED: _IN_REVIEW,
    A.SELECTED: Standing(Tone.DONE, _("selected"), _("You have been selected.")),
    A.WAITLISTED: Standing(Tone.WAITING, _("on the waiting list"), _("A place may become free. You are told at once.")),
    A.DECLINED: _NOT_CHOSEN,
    A.INELIGIBLE: Standing(Tone.STOPPED, _("not eligible"), _("The mail you got quotes the rule that is not met.")),
    A.WITHDRAWN: Standing(Tone.STOPPED, _("withdrawn"), _("You have withdrawn it.")),
    A.EXPIRED: Standing(Tone.STOPPED, _("lapsed"), _("It was not sent in time. You are welcome to apply again.")),
}  # fmt: skip


def standing_of(application: Application) -> Standing:
    """What the applicant reads about the state of the application."""
    return STANDINGS[A(application.state)]


# What the audit trail says to applicants; verbs that are not here are not shown to them.
SPOKEN_ACTS = {
    "application.start": _("You began this application"),
    "application.submit": _("You sent the application"),
    "application.resubmit": _("You sent the application again"),
    "application.start_check": _("The programme office began to check it"),
    "application.return": _("The programme office asked you to complete it"),
    "application.pass_eligibility": _("The formal requirements are met"),
    "application.clear": _("The checks are done; host and home institution are asked"),
    "application.clear_after_review": _("The checks are done; host and home institution are asked"),
    "application.approvals_asked": _("Host and home institution were asked to agree"),
    "application.document_removed": _("You took back a paper"),
    "application.endorse": _("Host and home institution agree"),
    "application.refuse_ineligible": _("The formal requirements are not met"),
    "application.withdraw": _("You withdrew the application"),
    "application.expire": _("The application lapsed"),
    "application.lapse": _("The draft lapsed"),
    "documents.upload": _("You handed in a paper"),
    "documents.discard": _("You took back a paper"),
    "offer.send": _("The offer was sent"),
    "offer.accept": _("You accepted the offer"),
    "offer.decline": _("You declined the offer"),
    "offer.expire": _("The offer lapsed"),
    "stay.create": _("Your stay was set up"),
    "stay.move_dates": _("The days of the stay were corrected"),
    "stay.outcome": _("A result was added"),
    "stay.start_checklist": _("The preparations began"),
    "stay.confirm_arrival": _("Your arrival was confirmed"),
    "stay.finish_arrival": _("The arrival steps are done"),
    "stay.cancel": _("The stay was cancelled"),
    "stay.shorten": _("The stay was shortened"),
    "stay.enter_exit": _("The preparations for leaving began"),
    "stay.confirm_departure": _("Your departure was confirmed"),
    "stay.ask_report": _("The final report is asked for"),
    "stay.accept_report": _("The report was accepted; the stay is closed"),
    "report.submit": _("You sent the report"),
    "report.return": _("The programme office asked for changes to the report"),
    "report.accept": _("The report was accepted"),
    "task.complete": _("A task was done"),
    "task.waive": _("A task was found not to be needed"),
    "task.reopen": _("A task was opened again"),
}
