"""What a list in the admin gets for its table: an import button, and exports of exactly what is on the screen."""

from django.contrib import messages
from django.contrib.admin.options import IncorrectLookupParameters
from django.http import FileResponse, Http404, StreamingHttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.transfers import exporting, registry
from portal.transfers.rules import may_export, may_import
from portal.transfers.services import export_queryset

XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class TransferAdminMixin:
    """Stands before the admin's base class: `class EventAdmin(TransferAdminMixin, ScopedModelAdmin)`."""

    change_list_template = "transfers/change_list.html"

    @property
    def transfer_resource(self) -> type | None:
        return next(registry.of_model(self.model), None)

    def get_urls(self):
        name = f"{self.opts.app_label}_{self.opts.model_name}_export"
        export = self.admin_site.admin_view(self.export_view)
        return [path("export/<slug:form>/", export, name=name), *super().get_urls()]

    def changelist_view(self, request, extra_context=None):
        resource = self.transfer_resource
        links = {}
        if resource is not None and may_import(request.user, resource):
            links["import_url"] = f"{reverse('admin:transfers_upload')}?table={resource._meta.table}"
        if resource is not None and may_export(request.user, resource):
            query = f"?{request.GET.urlencode()}" if request.GET else ""
            labels = {
                "xlsx": _("Excel (.xlsx)"),
                "csv": _("CSV for Excel (UTF-8 with mark)"),
                "csv-plain": _("CSV (plain UTF-8)"),
                "csv-cp932": _("CSV (CP932, Japanese Windows)"),
            }
            links["exports"] = [(label, self._export_url(form) + query) for form, label in labels.items()]
        return super().changelist_view(request, {**links, **(extra_context or {})})

    def _export_url(self, form: str) -> str:
        return reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_export", args=[form])

    def export_view(self, request, form: str):
        """The rows of the list as filtered, searched and ordered in the address, all its pages."""
        resource = self.transfer_resource
        if resource is None or form not in exporting.FORMS or not self.has_view_permission(request):
            raise Http404
        if not may_export(request.user, resource):
            raise Http404
        back = f"admin:{self.opts.app_label}_{self.opts.model_name}_changelist"
        try:
            shown = self.get_changelist_instance(request).get_queryset(request)
        except IncorrectLookupParameters:
            return redirect(back)
        rows = export_queryset(resource=resource, actor=request.user, queryset=shown)
        name = f"{resource._meta.table}-{timezone.localdate().isoformat()}.{'xlsx' if form == 'xlsx' else 'csv'}"
        if form == exporting.XLSX:
            if rows.count() > exporting.XLSX_MAX_ROWS:
                messages.error(request, _("These are more rows than Excel can open. Choose CSV, or filter the list."))
                return redirect(back)
            workbook = exporting.xlsx_file(resource, self._lines(request, resource, rows), complete=True)
            return FileResponse(workbook, as_attachment=True, filename=name, content_type=XLSX_TYPE)
        header = resource.header(complete=True)
        if form == "csv-cp932":
            try:
                exporting.check_encodable(header, self._lines(request, resource, rows), form)
            except exporting.Unencodable as error:
                return self._unencodable(request, error, back)
        pieces = exporting.csv_pieces(header, self._lines(request, resource, rows), form)
        encoding = "shift_jis" if form == "csv-cp932" else "utf-8"
        return StreamingHttpResponse(
            pieces,
            content_type=f"text/csv; charset={encoding}",
            headers={"Content-Disposition": f'attachment; filename="{name}"'},
        )

    @staticmethod
    def _lines(request, resource, rows):
        """With every column: what somebody entered at a desk comes out there again."""
        return exporting.rows_of(resource, rows, reader=request.user, complete=True)

    def _unencodable(self, request, error: exporting.Unencodable, back: str):
        context = {
            **self.admin_site.each_context(request),
            "title": _("Export in CP932"),
            "message": str(error),
            "problems": error.problems[:200],
            "export_url": f"{self._export_url('csv')}?{request.GET.urlencode()}",
            "list_url": back,
        }
        return TemplateResponse(request, "transfers/unencodable.html", context, status=422)
