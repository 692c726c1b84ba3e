"""Reviewing: conflict of interest first, then the application beside its score sheet, then the next one."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from exchanges.forms.reviews import DeclineForm, ScoreSheet
from exchanges.models import ApplicationDocument, Review
from exchanges.services import reviews as services
from exchanges.summary import answers_of
from portal.core.workflow import StepError
from portal.ui.acts import carry_out, posted, saves_itself

OPEN = (Review.State.ASSIGNED, Review.State.ACCEPTED)


def _own_reviews(user):
    return (
        Review.objects.visible_to(user)
        .filter(reviewer=user)
        .exclude(state=Review.State.CANCELLED)
        .select_related(
            "application__call", "application__programme", "application__applicant", "application__home_organisation",
            "application__host_organisation", "application__host_person",
        )
    )  # fmt: skip


@require_safe
@login_required
def queue(request):
    """The reviews that wait, most urgent first, and those that are done."""
    own = _own_reviews(request.user)
    context = {
        "waiting": own.filter(state__in=OPEN).order_by("due_on", "pk"),
        "done": own.exclude(state__in=OPEN).order_by("-submitted_at", "-pk"),
    }
    return render(request, "exchanges/reviews.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@saves_itself
def page(request, public_id):
    """One review. Before the conflict statement only the names are shown; POST saves the sheet as it stands."""
    review = get_object_or_404(_own_reviews(request.user).exclude(state=Review.State.DECLINED), public_id=public_id)
    if review.state == Review.State.ASSIGNED:
        return render(request, "exchanges/conflict.html", {"review": review, "form": DeclineForm()})
    sheet = ScoreSheet(posted(request), review=review, user=request.user)
    if request.method == "POST":
        saved = _save(request, sheet, review)
        if request.htmx:
            return render(
                request, "exchanges/_sheet_saved.html", {"sheet": sheet, "saved": saved, "now": timezone.now()}
            )
        if saved:
            messages.success(request, _("Saved. You can go on later."))
            return redirect("exchanges:review", review.public_id)
    papers = ApplicationDocument.objects.visible_to(request.user).filter(
        application=review.application, replaced_at=None
    )
    names = {paper.kind: paper.name for paper in review.application.call.requested_documents.all()}
    context = {
        "review": review,
        "application": review.application,
        "answers": answers_of(review.application, private=False),
        "papers": [(names.get(paper.kind, paper.kind), paper) for paper in papers.select_related("file")],
        "sheet": sheet,
        "is_open": review.state == Review.State.ACCEPTED,
    }
    return render(request, "exchanges/review.html", context)


def _save(request, sheet, review) -> bool:
    """Keep the sheet, complete or not."""
    if not sheet.is_valid():
        return False
    try:
        _keep(sheet, review, request.user)
    except StepError as refusal:
        if not request.htmx:  # what saves itself says so beside the sheet; a message would wait for some later page
            messages.error(request, str(refusal))
        return False
    return True


def _keep(sheet, review, user) -> None:
    services.save(
        review=review,
        scores=sheet.scores,
        advice=sheet.cleaned_data["advice"],
        comment=sheet.cleaned_data["comment"],
        actor=user,
    )


@require_POST
@login_required
def accept(request, public_id):
    """States that there is no conflict of interest and takes the review on."""
    review = get_object_or_404(_own_reviews(request.user), public_id=public_id)
    stated = request.POST.get("conflict") == "none"
    carry_out(request, lambda: services.accept(review=review, has_no_conflict=stated, actor=request.user))
    return redirect("exchanges:review", review.public_id)


@require_POST
@login_required
def decline(request, public_id):
    """Gives the review back with a reason; the programme asks somebody else."""
    review = get_object_or_404(_own_reviews(request.user), public_id=public_id)
    form = DeclineForm(request.POST)
    if not form.is_valid():
        return render(request, "exchanges/conflict.html", {"review": review, "form": form})
    carry_out(
        request,
        lambda: services.decline(review=review, actor=request.user, reason=form.cleaned_data["reason"]),
        _("Thank you for telling us. Somebody else is asked."),
    )
    return redirect("exchanges:reviews")


@require_POST
@login_required
def submit(request, public_id):
    """Saves and hands in the sheet, and leads to the next review that waits."""
    review = get_object_or_404(_own_reviews(request.user), public_id=public_id)
    sheet = ScoreSheet(request.POST, review=review, user=request.user)
    if not sheet.is_valid():
        messages.error(request, _("Please look at the marked scores."))
        return redirect("exchanges:review", review.public_id)
    try:
        _keep(sheet, review, request.user)
        services.submit(review=review, actor=request.user, now=timezone.now())
    except (StepError, ValidationError) as refusal:
        review.refresh_from_db(fields=["state"])
        if review.state != Review.State.SUBMITTED:  # otherwise the button was pressed twice, and the first time did it
            messages.error(request, " ".join(getattr(refusal, "messages", [str(refusal)])))
            return redirect("exchanges:review", review.public_id)
    messages.success(request, _("Your review is handed in. Thank you."))
    following = _own_reviews(request.user).filter(state__in=OPEN).order_by("due_on", "pk").first()
    return redirect("exchanges:review", following.public_id) if following else redirect("exchanges:reviews")
