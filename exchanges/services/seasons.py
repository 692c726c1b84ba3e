"""The end of a season: closed programmes without running stays are archived."""

from django.db.models import Exists, OuterRef

from exchanges.models import Stay
from exchanges.services.prechecks import LASTING_STAYS
from portal.core.workflow import StepError
from portal.programmes import services as programme_services
from portal.programmes.models import Programme

STILL_TO_END = (*LASTING_STAYS, Stay.State.DEPARTED, Stay.State.REPORT_DUE)


def archive_programmes() -> int:
    """Archive closed programmes without a stay that is still to end; the number archived."""
    running = Stay.objects.filter(programme=OuterRef("pk"), state__in=STILL_TO_END)
    done = Programme.objects.filter(state=Programme.State.CLOSED).exclude(Exists(running))
    return sum(_archived(programme) for programme in done)


def _archived(programme: Programme) -> int:
    try:
        programme_services.archive_programme(programme=programme)
    except StepError:  # somebody moved it in this moment
        return 0
    return 1
