"""What the pages of this desk share."""

from django import forms
from django.urls import reverse
from django.utils.html import format_html

from portal.core.admin_steps import ReadOnlyRecordAdmin
from portal.outbox.preview import mails_written_by


class ExchangeAdmin(ReadOnlyRecordAdmin):
    """A record of an exchange: written by its steps alone, each with its mails shown before."""

    mails_of = staticmethod(mails_written_by)


def day_input():
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


def text_area(rows: int = 4):
    return forms.Textarea(attrs={"rows": rows})


def file_link(stored_file) -> str:
    """The way to a private file, which asks again who wants it."""
    if stored_file is None:
        return ""
    return format_html(
        '<a class="desk-link" href="{}">{}</a>',
        reverse("documents:download", args=[stored_file.public_id]),
        stored_file.name,
    )
