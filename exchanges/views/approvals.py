"""Signatures of host and home: signed in, or by a personal link that is good for this one signature."""

from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from exchanges import rules
from exchanges.forms.steps import DecisionForm, LinkDecisionForm
from exchanges.models import ApplicationDocument, Approval
from exchanges.services import approvals as services
from exchanges.views.hosting import asked_of
from portal.applications.summary import answers_of
from portal.core.links import LinkExpired
from portal.ui import doors, limits
from portal.ui.acts import carry_out, posted


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def signed_in(request, public_id):
    """The application beside the form for one's signature; afterwards the next one that waits."""
    rows = Approval.objects.visible_to(request.user).select_related(
        "application__applicant", "application__call", "application__programme", "application__home_organisation",
        "application__host_organisation", "application__host_person", "organisation",
    )  # fmt: skip
    approval = get_object_or_404(rows, public_id=public_id)
    if approval.approver_id != request.user.pk and not rules.holds_part(request.user, approval):
        raise Http404
    form = DecisionForm(posted(request))
    if request.method == "POST" and form.is_valid():
        done = carry_out(
            request,
            lambda: services.decide(
                approval=approval,
                decision=form.cleaned_data["decision"],
                comment=form.cleaned_data["comment"],
                actor=request.user,
                now=timezone.now(),
            ),
            _("Your decision is recorded. Thank you."),
        )
        waiting = asked_of(request.user)
        if done and waiting:
            return redirect("exchanges:consent", waiting[0].public_id)
        if not done:
            return redirect(request.path)
        return redirect("exchanges:hosting" if approval.part == Approval.Part.HOST_RESEARCHER else "home:desk")
    papers = ApplicationDocument.objects.visible_to(request.user).filter(
        application=approval.application, replaced_at=None
    )
    context = {**_shown(approval), "form": form, "papers": _named(approval.application, papers.select_related("file"))}
    return render(request, "exchanges/consent.html", context)


def _shown(approval) -> dict:
    return {
        "approval": approval,
        "application": approval.application,
        "answers": answers_of(approval.application, private=False),
        "is_open": approval.state == Approval.State.ASKED,
    }


def _named(application, papers):
    names = {paper.kind: paper.name for paper in application.call.requested_documents.all()}
    return [(names.get(paper.kind, paper.kind), paper) for paper in papers]


# -- by link, without an account -----------------------------------------------------------------------------------
@never_cache
@require_safe
def open_link(request, token):
    """Takes the personal link out of the address (see `portal.ui.doors`)."""
    try:
        if services.behind_link(token=token, now=timezone.now()) is None:
            return doors.closed(request)
    except LinkExpired:
        pass  # the next page offers a new one
    doors.remember(request, Approval.link_purpose, token)
    return redirect("exchanges:approve")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def by_link(request):
    """Shows what is to be signed; only the button signs."""
    try:
        approval = services.behind_link(token=doors.token_in(request, Approval.link_purpose), now=timezone.now())
    except LinkExpired:
        return doors.closed(request, renew_at="exchanges:approve_renew")
    if approval is None:
        return doors.closed(request)
    form = LinkDecisionForm(posted(request), initial={"name": approval.approver_name})
    if request.method == "POST" and form.is_valid():
        done = carry_out(
            request,
            lambda: services.decide(
                approval=approval,
                decision=form.cleaned_data["decision"],
                comment=form.cleaned_data["comment"],
                token_holder_name=form.cleaned_data["name"],
                now=timezone.now(),
            ),
        )
        if done:
            return redirect("exchanges:approve")
    return render(request, "exchanges/approve.html", {**_shown(approval), "form": form})


@never_cache
@require_POST
@limits.limited("fresh_link")
def new_link(request):
    now = timezone.now()
    return doors.mail_fresh_link(
        request,
        Approval.link_purpose,
        find=lambda token: services.behind_link(token=token, now=now),
        send=lambda approval: services.renew_token(approval=approval, now=now),
        page="exchanges:approve",
    )
