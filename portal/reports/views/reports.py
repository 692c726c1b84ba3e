"""The pages of the reports: asking, watching, reading, stopping."""

from functools import wraps

from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal.accounts.roles import has_role
from portal.reports.content import content_of
from portal.reports.forms.reports import ReportForm
from portal.reports.models import READERS, ReportRun
from portal.reports.rules.report import stops_report
from portal.reports.services import reports as services
from portal.ui.acts import carry_out, posted

PER_PAGE = 20


def readers_only(view):
    """For people with a seat that reads reports anywhere; to others the page does not exist."""

    @login_required
    @wraps(view)
    def guarded(request, *args, **kwargs):
        if not has_role(request.user, READERS):
            raise Http404
        return view(request, *args, **kwargs)

    return guarded


@require_http_methods(["GET", "HEAD", "POST"])
@readers_only
def reports(request):
    """The reports there are, newest year first, and the form that asks for one."""
    today = timezone.localdate()
    form = ReportForm(posted(request), user=request.user, today=today)
    if request.method == "POST" and not form.may_ask:
        raise Http404
    if request.method == "POST" and form.is_valid():
        try:
            run = services.request_report(
                subject=form.record(),
                calendar=form.cleaned_data["calendar"],
                year=form.cleaned_data["year"],
                actor=request.user,
                today=today,
            )
        except ValidationError as refusal:
            form.add_error("year", refusal)
        else:
            return redirect("reports:report", run.public_id)
    runs = ReportRun.objects.visible_to(request.user).for_list()
    context = {
        "form": form,
        "page": Paginator(runs, PER_PAGE).get_page(request.GET.get("page")),
        "crumbs": _crumbs(),
    }
    return render(request, "reports/reports.html", context, status=422 if form.errors else 200)


@require_safe
@login_required
def report(request, public_id):
    """The report itself; while it is being written, how far it is."""
    run = _visible_run(request.user, public_id)
    crumbs = [*_crumbs(), (str(run), "")]
    if run.state != ReportRun.State.DONE:
        return render(request, "reports/progress.html", {**_progress_context(request, run), "crumbs": crumbs})
    before = services.edition_before(run)
    context = {
        "run": run,
        "content": content_of(run, before),
        "files": services.files_of(run),
        "alliance": run.alliance,
        "crumbs": crumbs,
    }
    return render(request, "reports/report.html", context)


@require_safe
@login_required
def progress(request, public_id):
    """The part of the page that is asked for again and again while the report is being written."""
    run = _visible_run(request.user, public_id)
    if not run.is_open:
        return HttpResponse(headers={"HX-Refresh": "true"})
    return render(request, "reports/_progress.html", _progress_context(request, run))


@require_POST
@login_required
def cancel(request, public_id):
    run = _visible_run(request.user, public_id)
    carry_out(
        request, lambda: services.cancel_report(run=run, actor=request.user), _("Stopped. Nothing of it was kept.")
    )
    return redirect("reports:report", public_id)


def _visible_run(user, public_id) -> ReportRun:
    rows = ReportRun.objects.visible_to(user).select_related("alliance", "programme__owner", "alliance__lead")
    return get_object_or_404(rows, public_id=public_id)


def _progress_context(request, run: ReportRun) -> dict:
    return {
        "run": run,
        "may_stop": run.is_open and stops_report(request.user, run),
        "failed_at": dict(ReportRun.Step.choices).get(run.failure, run.failure),
    }


def _crumbs() -> list[tuple[str, str]]:
    return [(_("Overview"), reverse("reports:overview")), (_("Reports"), reverse("reports:reports"))]
