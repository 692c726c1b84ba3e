"""One application after it was begun: where it stands, its copy, its withdrawal."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from portal.applications.forms.steps import WithdrawalForm
from portal.applications.kinds import kind_of, standing_of
from portal.applications.models import State
from portal.applications.progress import progress_of
from portal.applications.services import applications as services
from portal.applications.standing import SPOKEN_ACTS
from portal.applications.summary import answers_of
from portal.applications.views.apply import own_application
from portal.core import audit
from portal.ui.acts import carry_out, posted


@require_safe
@login_required
def page(request, public_id, kind):
    """Where the application stands, what happened so far, and what can be done."""
    application = own_application(kind, request.user, public_id)
    return render(request, kind.templates("application"), page_context(kind, application, request.user))


def page_context(kind, application, user) -> dict:
    editable = application.state in services.EDITABLE
    return {
        "kind": kind,
        "application": application,
        "standing": standing_of(application),
        "history": spoken_history(application),
        "papers": papers_of(application, user),
        "progress": progress_of(application) if editable else None,
        "may_discard": application.state == State.DRAFT,
        "may_withdraw": not services.why_not_withdrawn(application=application, actor=user),
        "crumbs": [(_("My desk"), reverse("home:desk")), (application.call.title, "")],
    }


def spoken_history(record) -> list[dict]:
    """What happened, newest first, in the words made for applicants."""
    return [
        {"tone": "done", "title": SPOKEN_ACTS[entry.verb], "instant": entry.at, "text": entry.reason}
        for entry in audit.timeline(record, audit.APPLICANT)
        if entry.verb in SPOKEN_ACTS
    ]


def papers_of(application, user) -> list[tuple]:
    """The papers that this reader may open, each with the name that the call gives it."""
    names = {paper.kind: paper.name for paper in application.call.requested_documents.all()}
    rows = kind_of(application).document_model._default_manager.visible_to(user)
    papers = rows.filter(application=application, replaced_at=None)
    return [(names.get(paper.kind, paper.kind), paper) for paper in papers.select_related("file")]


@require_safe
@login_required
def receipt(request, public_id, kind):
    """The page after sending: it has arrived, and what happens next."""
    application = own_application(kind, request.user, public_id)
    if application.state == State.DRAFT:
        return redirect(kind.pages["application"], application.public_id)
    return render(request, kind.templates("receipt"), {"kind": kind, "application": application})


@require_safe
@login_required
def copy(request, public_id, kind):
    """The application as a document: preview before sending, the applicant's own copy afterwards; made for printing."""
    application = own_application(kind, request.user, public_id)
    context = {
        "kind": kind,
        "application": application,
        "answers": answers_of(application, private=True),
        "papers": papers_of(application, request.user),
        "is_preview": application.state in services.EDITABLE,
        "crumbs": [
            (_("Your application"), kind.url("application", application.public_id)),
            (_("Copy"), ""),
        ],
    }
    return render(request, "applications/copy.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def withdraw(request, public_id, kind):
    """Asks once more, then takes the application back; what cannot be taken back is not asked about."""
    application = own_application(kind, request.user, public_id)
    if application.state == State.DRAFT:
        return redirect(kind.pages["discard"], application.public_id)
    back = kind.url("application", application.public_id)
    if too_late := services.why_not_withdrawn(application=application, actor=request.user):
        messages.error(request, too_late)
        return redirect(back)
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
        "text": _("It cannot be taken up again. Everybody who was asked about it is told that it is withdrawn."),
        "button": _("Withdraw my application"),
        "back_url": back,
        "danger": True,
        "form": form,
    }
    return render(request, "layouts/confirm.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def discard(request, public_id, kind):
    """Asks once more, then throws the draft away."""
    application = own_application(kind, request.user, public_id)
    back = kind.url("application", application.public_id)
    if application.state != State.DRAFT:
        return redirect(back)
    if request.method == "POST":
        done = carry_out(
            request,
            lambda: services.discard_draft(application=application, actor=request.user),
            _("Your draft is gone. Nobody else had seen it."),
        )
        return redirect("home:desk" if done else back)
    context = {
        "question": _("Discard this draft?"),
        "text": _("Your answers and the papers you uploaded for it are deleted. This cannot be undone."),
        "button": _("Discard my draft"),
        "back_url": back,
        "danger": True,
    }
    return render(request, "layouts/confirm.html", context)
