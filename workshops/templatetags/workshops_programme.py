"""Programme and speakers inside other pages about an event: `{% programme_of event as programme_days %}`."""

from django import template

from workshops.timetable import public_days, second_zone

register = template.Library()


@register.simple_tag(takes_context=True)
def programme_of(context, event):
    """The public programme by day, with the reader's clock beside that of the event."""
    return public_days(event, second_zone(context["user"], event.timezone))


@register.simple_tag
def speakers_of(event):
    """The speakers who have agreed to come, by name."""
    return event.people.on_the_page().select_related("affiliation").order_by("family_name", "given_name", "pk")
