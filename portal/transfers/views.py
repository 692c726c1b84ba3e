"""Upload, look, confirm, result: the pages of an import. A job exists only for the person who started it."""

import csv

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal.transfers import exporting, formulas, registry, services
from portal.transfers.forms import UploadForm, importable, table_label
from portal.transfers.models import ImportJob
from portal.transfers.problems import FileError
from portal.transfers.rules import may_export, may_import

MAX_PROBLEMS_SHOWN = 100


@require_http_methods(["GET", "HEAD", "POST"])
def upload(request):
    if not importable(request.user):
        raise Http404
    initial = {"table": request.GET.get("table", "")}
    form = UploadForm(request.POST or None, request.FILES or None, user=request.user, initial=initial)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            job = services.check_upload(
                content=file.read(), file_name=file.name, resource=form.cleaned_data["resource"], actor=request.user
            )
        except FileError as error:
            form.add_error("file", str(error))
        else:
            return redirect("admin:transfers_job", job.public_id)
    return TemplateResponse(
        request,
        "transfers/upload.html",
        {**admin.site.each_context(request), "title": _("Import a table"), "form": form},
        status=422 if form.errors else 200,
    )


@require_safe
def export(request, table: str):
    """A table that has no list of its own, such as the figures of founders' updates: all rows that the person reads."""
    resource = registry.find(table)
    if resource is None or not may_export(request.user, resource):
        raise Http404
    rows = services.export_queryset(resource=resource, actor=request.user)
    lines = exporting.rows_of(resource, rows, reader=request.user, complete=True)
    return StreamingHttpResponse(
        exporting.csv_pieces(resource.header(complete=True), lines, "csv"),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{table}-{timezone.localdate().isoformat()}.csv"'},
    )


@require_safe
def job(request, public_id):
    shown, resource = own_job(request, public_id)
    return TemplateResponse(request, "transfers/job.html", _job_context(request, shown, resource))


@require_POST
def confirm(request, public_id):
    shown, resource = own_job(request, public_id)
    try:
        services.confirm_import(job=shown, actor=request.user, resource=resource)
    except services.NotConfirmable as reason:
        messages.error(request, str(reason))
    else:
        messages.success(request, _("The table has been imported."))
    return redirect("admin:transfers_job", public_id)


@require_POST
def discard(request, public_id):
    shown, resource = own_job(request, public_id)
    services.discard_import(job=shown, actor=request.user)
    messages.info(request, _("Nothing was imported, and the file has been deleted."))
    return redirect(_list_url(resource))


@require_safe
def problems(request, public_id):
    """The list of problems as a file, for mending the table beside it."""
    shown, _resource = own_job(request, public_id)
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="problems-{shown.table}.csv"'
    response.write("\ufeff")
    writer = csv.writer(response)
    writer.writerow(("row", "column", "message"))
    for problem in shown.problems:
        writer.writerow((problem["row"] or "", formulas.escape(problem["column"]), formulas.escape(problem["message"])))
    return response


def own_job(request, public_id) -> tuple[ImportJob, type]:
    """The person's own job and its table; everything else is missing, for superusers too."""
    found = ImportJob.objects.visible_to(request.user).filter(user=request.user, public_id=public_id).first()
    resource = registry.find(found.table) if found else None
    if resource is None:
        raise Http404
    if not may_import(request.user, resource):
        raise PermissionDenied
    return found, resource


def _job_context(request, shown: ImportJob, resource: type) -> dict:
    done = shown.state == ImportJob.State.CONFIRMED
    return {
        **admin.site.each_context(request),
        "title": _("Import of %(table)s") % {"table": table_label(resource)},
        "job": shown,
        "done": done,
        "can_confirm": shown.can_be_confirmed(timezone.now()),
        "counts": [
            ("created", _("new"), shown.created),
            ("changed", _("changed"), shown.changed),
            ("unchanged", _("unchanged"), shown.unchanged),
            ("refused", pgettext("import", "refused"), shown.refused),
        ],
        "mails": shown.mails,
        "problems": shown.problems[:MAX_PROBLEMS_SHOWN],
        "more_problems": shown.problem_count - min(shown.problem_count, MAX_PROBLEMS_SHOWN),
        "previews": shown.previews,
        "more_previews": shown.created + shown.changed - len(shown.previews),
        "list_url": _list_url(resource),
    }


def _list_url(resource: type) -> str:
    model = resource._meta.model
    names = f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist"
    return names if admin.site.is_registered(model) else "admin:index"
