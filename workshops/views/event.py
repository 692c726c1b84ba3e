"""The public pages of events."""

from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from workshops.models import Event

PER_PAGE = 20


@require_safe
def index(request):
    """Events to come and events that are over, page by page."""
    events = Event.objects.visible_to(request.user).select_related("host_organisation", "alliance")
    page = Paginator(events, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "workshops/index.html", {"page": page})


@require_safe
def page(request, code):
    """One event with everything a person needs to decide whether to come."""
    events = Event.objects.visible_to(request.user).select_related("host_organisation", "alliance")
    shown = get_object_or_404(events, code=code)
    return render(request, "workshops/event.html", {"event": shown})
