"""Files and letters at the desk: found, read and downloaded there, made elsewhere."""

from django.contrib import admin
from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from portal.core.admin_base import ScopedReadOnlyAdmin
from portal.core.narrative import tell
from portal.documents.letters import letter_title
from portal.documents.models import Letter, StoredFile
from portal.documents.rules import may_read

tell(
    {
        "documents.upload": _("uploaded a file"),
        "documents.download": _("read the file"),
        "documents.discard": _("took a file back"),
        "documents.issue": _("issued a letter"),
    }
)

# What files are. A call may ask for kinds of its own; they are shown by the code it gave them.
FILES = {
    "agreement": _("agreement"),
    "cv": _("curriculum vitae"),
    "final_report": _("final report"),
    "founding_evidence": _("evidence of the foundation"),
    "milestone_evidence": _("evidence of a milestone"),
    "portrait": _("portrait"),
    "report-csv": _("yearly report, figures (CSV)"),
    "report-pdf-en": _("yearly report in English (PDF)"),
    "report-pdf-ja": _("yearly report in Japanese (PDF)"),
    "report-xlsx": _("yearly report, figures (Excel)"),
}


def download_link(stored_file, label):
    return format_html('<a href="{}">{}</a>', reverse("documents:download", args=[stored_file.public_id]), label)


@admin.register(StoredFile)
class StoredFileAdmin(ScopedReadOnlyAdmin):
    # The list leaves out file names: a record may hide some of its files from a person who sees the record.
    list_display = ("title", "about_label", "readable_size", "created_at")
    list_display_links = ("title", "about_label")
    search_fields = ("about_label", "kind")
    fields = (
        "title",
        "about_label",
        "download",
        "readable_size",
        "media_type",
        "sha256",
        "owner",
        "uploaded_by",
        "created_at",
    )
    readonly_fields = fields

    def has_view_permission(self, request, obj=None):
        return super().has_view_permission(request, obj) and (obj is None or may_read(request.user, obj))

    @display(description=_("kind"), ordering="kind")
    def title(self, stored_file):
        return FILES.get(stored_file.kind) or letter_title(stored_file.kind)

    @display(description=_("size"), ordering="size")
    def readable_size(self, stored_file):
        return filesizeformat(stored_file.size)

    @display(description=_("file"))
    def download(self, stored_file):
        return download_link(stored_file, stored_file.name)


@admin.register(Letter)
class LetterAdmin(ScopedReadOnlyAdmin):
    list_display = ("number", "title", "recipient_name", "language", "issued_at", "replaced_by")
    list_filter = ("language",)
    list_select_related = ("superseded_by",)
    search_fields = ("number", "recipient_name", "about_label")
    date_range = "issued_at"
    fields = (
        "number",
        "title",
        "recipient_name",
        "about_label",
        "language",
        "download",
        "issued_at",
        "issued_by",
        "verification_page",
        "replaced_number",
        "replaced_by",
    )
    readonly_fields = fields

    @display(description=_("letter"), ordering="kind")
    def title(self, letter):
        return letter_title(letter.kind)

    @display(description=_("file"))
    def download(self, letter):
        return download_link(letter.file, letter.file.name)

    @display(description=_("verification code"))
    def verification_page(self, letter):
        address = reverse("documents:verify", args=[letter.verification_code])
        return format_html('<a href="{}">{}</a>', address, letter.verification_code)

    # Numbers only: the letters themselves have their own readers.
    @display(description=_("replaces"))
    def replaced_number(self, letter):
        return letter.supersedes.number if letter.supersedes else "–"

    @display(description=_("replaced by"))
    def replaced_by(self, letter):
        return letter.superseded_by.number if letter.is_superseded else "–"
