"""The report of an event: its organisers' page, prefilled from the rows, with the printed papers."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from portal.core.workflow import StepError
from portal.ui.acts import posted
from workshops.forms.event import ReportForm
from workshops.models import Event
from workshops.rules.event import corrects_report, reads_report, writes_report
from workshops.services import event_report as services


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def page(request, code):
    """Write, file, and after that correct the report; in the archive it is only read."""
    events = Event.objects.visible_to(request.user).select_related("host_organisation", "alliance")
    event = get_object_or_404(events, code=code)
    if not reads_report(request.user, event):
        raise Http404
    is_open, is_filed = writes_report(request.user, event), corrects_report(request.user, event)
    if request.method == "POST" and not (is_open or is_filed):
        raise Http404
    form = ReportForm(
        posted(request),
        instance=events.get(pk=event.pk),  # a row of its own: what is refused must not show in the page
        initial=services.prefilled(event),
        from_rows=services.figures_of(event),
    )
    if request.method == "POST" and form.is_valid() and _taken(request, event, form):
        return redirect("workshops:report", code=event.code)
    context = {
        "event": event,
        "form": form if is_open or is_filed else None,
        "is_open": is_open,
        "papers": services.papers_of(event),
        "crumbs": [
            (_("Events"), reverse("workshops:index")),
            (event.title, reverse("workshops:event", args=[event.code])),
            (_("Report"), ""),
        ],
    }
    return render(request, "workshops/report.html", context)


def _taken(request, event, form) -> bool:
    """Whether the service took it; otherwise the form says why, and keeps what was typed."""
    values, who = dict(form.cleaned_data), {"event": event, "actor": request.user}
    try:
        if event.state == Event.State.REPORTED:
            services.correct_report(values=values, now=timezone.now(), **who)
            messages.success(request, _("The new edition is filed."))
        elif "file" in request.POST:
            services.file_report(values=values, now=timezone.now(), **who)
            messages.success(request, _("The report is filed."))
        else:
            services.save_report(values=values, **who)
            messages.success(request, _("Saved. The report is not filed yet."))
    except PermissionDenied:
        raise Http404 from None
    except (StepError, ValidationError) as refusal:
        form.add_error(None, refusal if isinstance(refusal, ValidationError) else str(refusal))
        return False
    return True
