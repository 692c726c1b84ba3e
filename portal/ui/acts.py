"""How a page carries out a step: the service decides, the reader is told, what is foreign stays hidden."""

from collections.abc import Callable
from functools import wraps

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponse

from portal.core.workflow import StepError


def carry_out(request, act: Callable[[], object], done: str = "") -> bool:
    """Run a service and say what came of it; True where it was done.

    What the person may not do does not exist for her (404); what is not possible any more is said in a sentence.
    """
    try:
        act()
    except PermissionDenied:
        raise Http404 from None
    except StepError as refusal:
        messages.error(request, str(refusal))
        return False
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
        return False
    if done:
        messages.success(request, done)
    return True


def posted(request):
    """The data of a form that was sent, however empty; None while the form is only shown."""
    return request.POST if request.method == "POST" else None


def saves_itself(view):
    """`login_required` for forms that save while somebody types: signed out, they get a 401, not the sign-in page."""
    guarded = login_required(view)

    @wraps(view)
    def inner(request, *args, **kwargs):
        if request.htmx and not request.user.is_authenticated:
            return HttpResponse(status=401)
        return guarded(request, *args, **kwargs)

    return inner
