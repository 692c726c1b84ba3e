"""Where an application to a cohort stands, as the founder is told."""

from django.utils.translation import gettext_lazy as _

from portal.applications import standing
from portal.applications.models import State
from portal.applications.standing import Standing
from portal.ui.states import Tone

_IN_REVIEW = Standing(
    Tone.WAITING, _("under review"), _("Reviewers read about your venture, and a panel decides. Nothing is needed now.")
)

STANDINGS = {
    **standing.STANDINGS,
    State.UNDER_REVIEW: _IN_REVIEW,
    State.SHORTLISTED: _IN_REVIEW,
    State.RECOMMENDED: _IN_REVIEW,
    State.SELECTED: Standing(
        Tone.DONE, _("selected"), _("You have a place. The programme office comes to you with the terms to sign.")
    ),
}

standing.speak(
    {
        "application.select": _("You were given a place"),
        "application.promote": _("You were given a place that became free"),
    }
)
