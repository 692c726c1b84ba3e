"""The end of a stay: the final report, and what became of the work."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from exchanges import rules
from exchanges.forms.steps import OutcomeForm, ReportForm
from exchanges.models import Stay, StayReport
from exchanges.services import stays as services
from exchanges.views.stays import REPORTING, visible_stay
from portal.ui.acts import carry_out, posted, saves_itself


def _own_stay(user, public_id) -> Stay:
    stay = visible_stay(user, public_id)
    if not rules.is_fellow(user, stay):
        raise Http404
    return stay


@require_http_methods(["GET", "HEAD", "POST"])
@saves_itself
def write(request, public_id):
    """The report as a form that saves itself; after it was handed in, the report to read."""
    stay = _own_stay(request.user, public_id)
    if stay.state not in REPORTING:
        messages.info(request, _("The report is written at the end of the stay."))
        return redirect("exchanges:stay", stay.public_id)
    report = StayReport.objects.visible_to(request.user).filter(stay=stay).first() or StayReport(stay=stay)
    if report.state not in services.REPORT_OPEN or stay.state == Stay.State.CLOSED:
        return render(request, "exchanges/report_sent.html", {"stay": stay, "report": report})
    form = ReportForm(posted(request), instance=report)
    if request.method == "POST" and form.is_valid():
        values = {name: form.cleaned_data[name] for name in services.REPORT_FIELDS}
        done = carry_out(
            request,
            lambda: services.save_report(stay=stay, values=values, actor=request.user),
            "" if request.htmx else _("Your report is saved. You can go on later."),
        )
        if request.htmx:
            return render(request, "applications/_sheet_saved.html", {"saved": done, "now": timezone.now()})
        return redirect("exchanges:report", stay.public_id)
    context = {
        "stay": stay,
        "report": report,
        "form": form,
        "may_submit": stay.state == Stay.State.REPORT_DUE,
        "crumbs": [(_("Stay"), reverse("exchanges:stay", args=[stay.public_id])), (_("Final report"), "")],
    }
    return render(request, "exchanges/report.html", context)


@require_POST
@login_required
def submit(request, public_id):
    """Hands the report in as it was saved last."""
    stay = _own_stay(request.user, public_id)
    done = carry_out(
        request,
        lambda: services.submit_report(stay=stay, actor=request.user, now=timezone.now()),
        _("Your report is handed in. The programme office reads it and then sends you the certificate."),
    )
    return redirect("exchanges:stay" if done else "exchanges:report", stay.public_id)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def outcome(request, public_id):
    """A paper or another result, also years after the stay."""
    stay = visible_stay(request.user, public_id)
    if not (rules.is_fellow(request.user, stay) or rules.hosts(request.user, stay)):
        raise Http404
    back = reverse("exchanges:stay", args=[stay.public_id])
    form = OutcomeForm(posted(request))
    if request.method == "POST" and form.is_valid():
        done = carry_out(
            request,
            lambda: services.link_outcome(stay=stay, actor=request.user, **form.cleaned_data),
            _("Thank you: the result now belongs to this stay."),
        )
        if done:
            return redirect(back)
    context = {
        "stay": stay,
        "form": form,
        "back_url": back,
        "crumbs": [(_("Stay"), back), (_("Results"), "")],
    }
    return render(request, "exchanges/outcome.html", context)
