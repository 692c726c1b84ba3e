"""The programme of an event for everybody on a page of its own, to be printed, and the portraits of its speakers."""

from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from portal.core.zones import zone_choices
from workshops.models import Event
from workshops.timetable import public_days, second_zone
from workshops.views.speakers import picture


@require_safe
def page(request, code):
    """The whole programme with abstracts, made to be printed; `?zone=` chooses the second clock."""
    event = _visible(request.user, code)
    own = second_zone(request.user, event.timezone, asked=request.GET.get("zone", ""))
    programme = public_days(event, own)
    if not programme:
        raise Http404
    context = {
        "event": event,
        "alliance": event.alliance,
        "programme_days": programme,
        "second_zone": own,
        "zones": zone_choices(),
    }
    return render(request, "workshops/programme.html", context)


@require_safe
def portrait(request, code, public_id):
    """The portrait of a speaker who has agreed to come and to its being shown."""
    event = _visible(request.user, code)
    speaker = get_object_or_404(event.people.coming().filter(consent_photo=True), public_id=public_id)
    return picture(speaker)


def _visible(user, code: str) -> Event:
    events = Event.objects.visible_to(user).select_related("host_organisation", "alliance")
    return get_object_or_404(events, code=code)
