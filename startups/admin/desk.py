"""What the pages of this desk share: a trace that is read with its record, and looks that are written down."""

from django import forms
from django.db import models
from django.urls import reverse
from django.utils.html import format_html

from portal.accounts.models.person import Person, search_form
from portal.core import audit
from portal.core.admin_steps import ReadOnlyRecordAdmin, RecordAdmin
from portal.documents.models import StoredFile
from portal.outbox.preview import mails_written_by
from startups.models import Startup
from startups.services import access


class VentureTrace:
    """What happens to a startup belongs to no organisation's trail: it is read on the record, by whoever reads that."""

    mails_of = staticmethod(mails_written_by)
    search_fold = staticmethod(search_form)

    def startup_of(self, obj) -> Startup:
        return obj if isinstance(obj, Startup) else obj.startup

    def _linked(self, record):
        """People of other houses are named and not linked: their own records may be out of the reader's reach."""
        return str(record) if isinstance(record, Person) else super()._linked(record)

    def timeline_for(self, request, obj):
        rows = audit.timeline(obj)
        return rows if self.is_editable(request, obj) else rows.filter(audience__in=(audit.DESKS, audit.APPLICANT))

    def log_addition(self, request, obj, message):
        audit.record("core.added", obj, actor=request.user, after=message["after"], audience=audit.DESKS)

    def log_change(self, request, obj, message):
        if message["after"] or "rows" in message:
            rows = {"rows": message["rows"]} if "rows" in message else {}
            audit.record(
                "core.changed", obj, actor=request.user, before=message["before"], after=message["after"],
                audience=audit.DESKS, **rows,
            )  # fmt: skip

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        if obj is not None:
            access.note_reading(startup=self.startup_of(obj), actor=request.user)
        return super().render_change_form(request, context, add, change, form_url, obj)


class VentureAdmin(VentureTrace, RecordAdmin):
    """A record whose fields the desk keeps, with the steps beside it."""

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        """Texts are a few lines here; a field grows where somebody pulls it."""
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field is not None and isinstance(db_field, models.TextField):
            field.widget.attrs["rows"] = 3
        return field


class SteppedVentureAdmin(VentureTrace, ReadOnlyRecordAdmin):
    """A record that its steps alone write."""


def day_input():
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


def text_area(rows: int = 4):
    return forms.Textarea(attrs={"rows": rows})


def file_link(stored_file: StoredFile | None) -> str:
    """The way to a private file, which asks again who wants it."""
    if stored_file is None:
        return ""
    url = reverse("documents:download", args=[stored_file.public_id])
    return format_html('<a class="desk-link" href="{}">{}</a>', url, stored_file.name)
