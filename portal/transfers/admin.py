"""A person's own imports in the admin, and the pages that make them."""

from django.contrib import admin
from django.http import Http404
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _

from portal.core.admin_base import ScopedReadOnlyAdmin
from portal.core.narrative import tell
from portal.transfers import registry, views
from portal.transfers.forms import importable, table_label
from portal.transfers.models import ImportJob
from portal.transfers.rules import may_export

tell(
    {
        "transfers.imported": _("imported a table"),
        "transfers.exported": _("exported a table"),
        "transfers.row_created": _("entered the record from a file"),
        "transfers.row_changed": _("changed the record from a file"),
    }
)


@admin.register(ImportJob)
class ImportJobAdmin(ScopedReadOnlyAdmin):
    list_display = ("file_name", "table", "state", "created", "changed", "unchanged", "refused", "created_at")
    list_filter = ("state",)
    search_fields = ("table", "file_name")
    date_range = "created_at"
    change_list_template = "transfers/change_list.html"

    def get_queryset(self, request):
        return super().get_queryset(request).filter(user=request.user)

    def get_urls(self):
        def page(route, view, name):
            return path(route, self.admin_site.admin_view(view), name=name)

        return [
            page("upload/", views.upload, "transfers_upload"),
            page("export/<slug:table>/", views.export, "transfers_export"),
            page("<uuid:public_id>/", views.job, "transfers_job"),
            page("<uuid:public_id>/confirm/", views.confirm, "transfers_confirm"),
            page("<uuid:public_id>/discard/", views.discard, "transfers_discard"),
            page("<uuid:public_id>/problems.csv", views.problems, "transfers_problems"),
            *super().get_urls(),
        ]

    def changelist_view(self, request, extra_context=None):
        links: dict = {"import_url": reverse("admin:transfers_upload")} if importable(request.user) else {}
        links["exports"] = [
            (table_label(resource), reverse("admin:transfers_export", args=[resource._meta.table]))
            for resource in registry.tables()
            if resource._meta.model not in self.admin_site._registry and may_export(request.user, resource)
        ]
        return super().changelist_view(request, {**links, **(extra_context or {})})

    def change_url(self, obj) -> str:
        return reverse("admin:transfers_job", args=[obj.public_id])

    def change_view(self, request, object_id, form_url="", extra_context=None):
        """A job is read on its own page."""
        found = self.get_object(request, object_id)
        if found is None:
            raise Http404
        return redirect(self.change_url(found))
