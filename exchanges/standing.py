"""Where an application for an exchange stands, as the applicant is told, and the words for what happens after it."""

from django.utils.translation import gettext_lazy as _

from exchanges.models import Application
from portal.applications import standing
from portal.applications.standing import Standing
from portal.ui.states import Tone

A = Application.State

_CLEARANCE = Standing(
    Tone.WAITING,
    _("being checked"),
    _("Offices on both sides do the checks that the law asks for every visitor. If they ask you, you read it here."),
)
QUESTIONS_WAIT = Standing(
    Tone.ATTENTION,
    _("waiting for your answers"),
    _("The law asks for checks of every visitor, by offices on both sides. The checks begin with your answers."),
)

STANDINGS = {
    **standing.STANDINGS,
    A.EXPORT_PRECHECK: _CLEARANCE,
    A.EXPERT_REVIEW: _CLEARANCE,
    A.HOST_AND_HOME: Standing(
        Tone.WAITING, _("waiting for host and home"), _("The host and your home institution are asked to agree.")
    ),
}

standing.speak(
    {
        "application.clear": _("The checks are done; host and home institution are asked"),
        "application.clear_after_review": _("The checks are done; host and home institution are asked"),
        "application.approvals_asked": _("Host and home institution were asked to agree"),
        "application.endorse": _("Host and home institution agree"),
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
)
