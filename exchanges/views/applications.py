"""One application after it was begun: where it stands, its copy, its withdrawal."""

from django.contrib.auth.decorators import login_required
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from exchanges.forms.steps import WithdrawalForm
from exchanges.models import Application, ApplicationDocument, Offer
from exchanges.progress import progress_of
from exchanges.questions import sheets_for
from exchanges.services import applications as services
from exchanges.standing import SPOKEN_ACTS, standing_of
from exchanges.summary import answers_of
from exchanges.views.apply import own_application
from exchanges.workflows import APPLICATION
from portal.core import audit
from portal.ui.acts import carry_out, posted


@require_safe
@login_required
def page(request, public_id):
    """Where the application stands, what happened so far, and what can be done."""
    application = own_application(request.user, public_id)
    offer = Offer.objects.visible_to(request.user).filter(application=application).exclude(state="prepared").first()
    stay = getattr(application, "stay", None)
    editable = application.state in services.EDITABLE
    context = {
        "application": application,
        "standing": standing_of(application),
        "history": spoken_history(application),
        "papers": _papers(request.user, application),
        "offer": offer,
        "stay": stay,
        "has_questions": any(sheet.open_questions for sheet in sheets_for(request.user, application)),
        "progress": progress_of(application) if editable else None,
        "may_withdraw": stay is None and APPLICATION.can("withdraw", application, request.user),
        "crumbs": [(_("My desk"), reverse("home:desk")), (application.call.title, "")],
    }
    return render(request, "exchanges/application.html", context)


def spoken_history(record) -> list[dict]:
    """What happened, newest first, in the words made for applicants."""
    return [
        {"tone": "done", "title": SPOKEN_ACTS[entry.verb], "instant": entry.at, "text": entry.reason}
        for entry in audit.timeline(record, audit.APPLICANT)
        if entry.verb in SPOKEN_ACTS
    ]


def _papers(user, application):
    names = {paper.kind: paper.name for paper in application.call.requested_documents.all()}
    papers = ApplicationDocument.objects.visible_to(user).filter(application=application, replaced_at=None)
    return [(names.get(paper.kind, paper.kind), paper) for paper in papers.select_related("file")]


@require_safe
@login_required
def receipt(request, public_id):
    """The page after sending: it has arrived, and what happens next."""
    application = own_application(request.user, public_id)
    if application.state == Application.State.DRAFT:
        return redirect("exchanges:application", application.public_id)
    return render(request, "exchanges/receipt.html", {"application": application})


@require_safe
@login_required
def copy(request, public_id):
    """The application as a document: preview before sending, the applicant's own copy afterwards; made for printing."""
    application = own_application(request.user, public_id)
    context = {
        "application": application,
        "answers": answers_of(application, private=True),
        "papers": _papers(request.user, application),
        "is_preview": application.state in services.EDITABLE,
        "crumbs": [
            (_("Your application"), reverse("exchanges:application", args=[application.public_id])),
            (_("Copy"), ""),
        ],
    }
    return render(request, "exchanges/copy.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def withdraw(request, public_id):
    """Asks once more, then takes the application back."""
    application = own_application(request.user, public_id)
    back = reverse("exchanges:application", args=[application.public_id])
    form = WithdrawalForm(posted(request))
    if request.method == "POST" and form.is_valid():
        carry_out(
            request,
            lambda: services.withdraw_application(
                application=application, reason=form.cleaned_data["reason"], actor=request.user, now=timezone.now()
            ),
            _("Your application is withdrawn. Everybody who was asked about it is told."),
        )
        return redirect(back)
    context = {
        "question": _("Withdraw this application?"),
        "text": _("It cannot be taken up again. Host, home institution and reviewers are told that it is withdrawn."),
        "button": _("Withdraw my application"),
        "back_url": back,
        "danger": True,
        "form": form,
    }
    return render(request, "layouts/confirm.html", context)
