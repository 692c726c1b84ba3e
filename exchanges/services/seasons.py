"""The end of a season: calls with every offer answered are complete, programmes without running stays archived."""

from django.db.models import Exists, OuterRef

from exchanges.models import Application, Offer, Stay
from exchanges.querysets import IN_PROCESS
from exchanges.services.prechecks import LASTING_STAYS
from portal.core.workflow import StepError
from portal.programmes import services as programme_services
from portal.programmes.models import Call, Programme

STILL_TO_END = (*LASTING_STAYS, Stay.State.DEPARTED, Stay.State.REPORT_DUE)


def complete_calls() -> int:
    """Complete announced calls with nobody waiting and no offer open; the number completed."""
    waiting = Application.objects.filter(call=OuterRef("pk"), state__in=IN_PROCESS)
    unanswered = Offer.objects.filter(
        application__call=OuterRef("pk"), state__in=(Offer.State.PREPARED, Offer.State.SENT)
    )
    without_offer = Application.objects.filter(call=OuterRef("pk"), state=Application.State.SELECTED, offers=None)
    done = Call.objects.filter(state=Call.State.RESULTS_ANNOUNCED).exclude(
        Exists(waiting) | Exists(unanswered) | Exists(without_offer)
    )
    return sum(_ended(programme_services.complete_call, call=call) for call in done)


def archive_programmes() -> int:
    """Archive closed programmes without a stay that is still to end; the number archived."""
    running = Stay.objects.filter(programme=OuterRef("pk"), state__in=STILL_TO_END)
    done = Programme.objects.filter(state=Programme.State.CLOSED).exclude(Exists(running))
    return sum(_ended(programme_services.archive_programme, programme=programme) for programme in done)


def _ended(end, **which) -> int:
    try:
        end(**which)
    except StepError:  # somebody moved it in this moment
        return 0
    return 1
