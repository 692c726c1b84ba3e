"""What templates of the desk ask of the record behind a field."""

from django import template
from django.db import models

from portal.core.record_links import link_to

register = template.Library()


@register.simple_tag(takes_context=True)
def readonly_contents(context, field):
    """What stands in a field that is not edited here. The theme links every record, whether its page opens or not."""
    record = getattr(field.form.instance, str(field.field["field"]), None)
    return link_to(record, context["request"]) if isinstance(record, models.Model) else field.contents
