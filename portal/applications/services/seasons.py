"""The end of a season: announced calls for which nobody waits any more are complete."""

from django.db.models import Exists, OuterRef

from portal.applications.kinds import kinds
from portal.core.workflow import StepError
from portal.programmes import services as programme_services
from portal.programmes.models import Call


def complete_calls() -> int:
    """Complete announced calls with nobody waiting and nothing unanswered; the number completed."""
    calls = Call.objects.filter(state=Call.State.RESULTS_ANNOUNCED)
    for kind in kinds():
        calls = calls.exclude(Exists(kind.model._default_manager.undecided().filter(call=OuterRef("pk"))))
    return sum(_completed(call) for call in calls)


def _completed(call: Call) -> int:
    try:
        programme_services.complete_call(call=call)
    except StepError:  # somebody moved it in this moment
        return 0
    return 1
