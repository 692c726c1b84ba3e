"""The form in which a file is brought in."""

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from portal.transfers import registry
from portal.transfers.problems import FileError
from portal.transfers.rules import may_import
from portal.transfers.services import MAX_UPLOAD_BYTES


def table_label(resource: type) -> str:
    return f"{capfirst(resource._meta.model._meta.verbose_name_plural)} ({resource._meta.table})"


class UploadForm(forms.Form):
    """A file and its table; only the tables that the person may import are offered."""

    table = forms.ChoiceField(label=_("Table"), required=False)
    file = forms.FileField(
        label=_("File"),
        allow_empty_file=True,
        help_text=_("CSV (UTF-8 or Japanese Windows) or Excel (.xlsx), up to 10 MB and 20,000 rows."),
        widget=forms.FileInput(attrs={"accept": ".csv,.tsv,.txt,.xlsx"}),
    )

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.user = user
        offered = [(resource._meta.table, table_label(resource)) for resource in importable(user)]
        self.fields["table"].choices = [("", _("the one that the file name tells")), *offered]

    def clean_file(self):
        upload = self.cleaned_data["file"]
        if upload.size > MAX_UPLOAD_BYTES:
            raise forms.ValidationError(_("The file is larger than 10 MB. Import it in parts."))
        return upload

    def clean(self):
        data = super().clean()
        upload = data.get("file")
        if upload is None or "table" not in data:
            return data
        try:
            data["resource"] = registry.find(data["table"]) or registry.told_by(upload.name)
        except FileError:
            self.add_error("table", gettext("The file name does not tell the table. Choose it here."))
        else:
            if not may_import(self.user, data["resource"]):
                self.add_error("table", gettext("You may not import this table."))
        return data


def importable(user) -> list[type]:
    return [resource for resource in registry.tables() if may_import(user, resource)]
