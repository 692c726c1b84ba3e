"""The box on the page of an event: how one registers and how things stand."""

from django import template
from django.utils import timezone

from portal.ui import doors
from workshops.models import Registration
from workshops.services.registration import reading

register = template.Library()


@register.inclusion_tag("workshops/registration/box.html", takes_context=True)
def registration_box(context, event):
    """`{% registration_box event %}`; nothing for events that take no registrations."""
    request, now = context["request"], timezone.now()
    own = None
    if token := doors.token_in(request, Registration.link_purpose):
        own = reading.behind_link_or_expired(token=token, now=now)
        own = own if own is not None and own.event_id == event.pk else None
    box = reading.box_of(event, request.user, now, own=own)
    return {"box": box, "event": event, "request": request}
