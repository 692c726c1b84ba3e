"""Questions of the export check to the applicant and to the host."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from exchanges import rules
from exchanges.forms.questions import QuestionForm
from exchanges.models import Application
from exchanges.questions import sheets_for
from exchanges.services import prechecks
from portal.ui.acts import carry_out, posted


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def answer(request, public_id):
    """Shows what is asked of this person; POST keeps the answers, and the host's second button hands them in."""
    application = get_object_or_404(
        Application.objects.visible_to(request.user).select_related(
            "applicant", "host_person", "host_organisation", "call"
        ),
        public_id=public_id,
    )
    is_applicant = rules.is_applicant(request.user, application)
    back = (
        reverse("exchanges:application", args=[application.public_id]) if is_applicant else reverse("exchanges:hosting")
    )
    sheets = sheets_for(request.user, application)
    if not sheets:
        messages.info(request, _("There is nothing to answer at the moment."))
        return redirect(back if is_applicant or rules.is_host(request.user, application) else "home:desk")
    forms = [QuestionForm(posted(request), sheet=sheet) for sheet in sheets]
    if request.method == "POST" and all(form.is_valid() for form in forms):
        done = carry_out(request, lambda: _keep(request, forms), _("Your answers are saved."))
        return redirect(back if done and ("submit" in request.POST or is_applicant) else request.path)
    context = {
        "application": application,
        "forms": forms,
        "may_submit": any(sheet.may_submit for sheet in sheets),
        "back_url": back,
    }
    return render(request, "exchanges/questions.html", context)


def _keep(request, forms) -> None:
    for form in forms:
        prechecks.answer(screening=form.sheet.screening, values=form.values, actor=request.user)
    if "submit" in request.POST:
        for form in forms:
            if form.sheet.may_submit:
                prechecks.submit(screening=form.sheet.screening, actor=request.user, now=timezone.now())
