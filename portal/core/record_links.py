"""Links from one record at the desk to another."""

from django.contrib.admin import site
from django.contrib.admin.templatetags.admin_urls import admin_urlname
from django.db import models
from django.urls import reverse
from django.utils.html import format_html


def link_to(record: models.Model, request) -> str:
    """The record, linked where the reader's seats open its list; whether this very row is hers, its page says."""
    page = site._registry.get(type(record))
    if page is None or not page.has_view_or_change_permission(request):
        return str(record)
    return format_html('<a href="{}">{}</a>', reverse(admin_urlname(page.opts, "change"), args=[record.pk]), record)
