"""Reviewing: conflict of interest first, then the application beside its score sheet, then the next one."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.db.models import Prefetch
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal.applications.forms.reviews import DeclineForm, ScoreSheet
from portal.applications.kinds import ApplicationKind, kinds
from portal.applications.models import BaseReview
from portal.applications.services import reviews as services
from portal.applications.summary import answers_of
from portal.applications.views.applications import papers_of
from portal.core.workflow import StepError
from portal.ui.acts import carry_out, posted, saves_itself

OPEN = (BaseReview.State.ASSIGNED, BaseReview.State.ACCEPTED)


def own_reviews(kind: ApplicationKind, user):
    """The reviews of one kind that were asked of this person."""
    applications = kind.model._default_manager.for_list()
    return (
        kind.review_model._default_manager.visible_to(user)
        .filter(reviewer=user)
        .exclude(state=BaseReview.State.CANCELLED)
        .prefetch_related(Prefetch("application", queryset=applications))
    )


def _all_own_reviews(user) -> list[tuple[ApplicationKind, BaseReview]]:
    """The reviews of every kind, most urgent first."""
    reviews = [(kind, review) for kind in kinds() for review in own_reviews(kind, user)]
    return sorted(reviews, key=lambda pair: (pair[1].due_on, pair[1].pk))


@require_safe
@login_required
def queue(request):
    """The reviews that wait, most urgent first, and those that are done: one queue for every kind of application."""
    own = _all_own_reviews(request.user)
    done = [pair for pair in own if pair[1].state not in OPEN]
    done.sort(key=lambda pair: (pair[1].submitted_at is not None, pair[1].submitted_at, pair[1].pk), reverse=True)
    context = {"waiting": [pair for pair in own if pair[1].state in OPEN], "done": done}
    return render(request, "applications/reviews.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@saves_itself
def page(request, public_id, kind):
    """One review. Before the conflict statement only the names are shown; POST saves the sheet as it stands."""
    review = get_object_or_404(
        own_reviews(kind, request.user).exclude(state=BaseReview.State.DECLINED), public_id=public_id
    )
    if review.state == BaseReview.State.ASSIGNED:
        return _conflict(request, kind, review, DeclineForm())
    sheet = ScoreSheet(posted(request), review=review, user=request.user)
    if request.method == "POST":
        saved = _save(request, sheet, review)
        if request.htmx:
            return render(
                request, "applications/_sheet_saved.html", {"sheet": sheet, "saved": saved, "now": timezone.now()}
            )
        if saved:
            messages.success(request, _("Saved. You can go on later."))
            return redirect(kind.pages["review"], review.public_id)
    context = {
        "kind": kind,
        "review": review,
        "application": review.application,
        "answers": answers_of(review.application, private=False),
        "papers": papers_of(review.application, request.user),
        "sheet": sheet,
        "is_open": review.state == BaseReview.State.ACCEPTED,
    }
    return render(request, "applications/review.html", context)


def _conflict(request, kind, review, form):
    """The first page of a review: only the names, and the question of a conflict of interest."""
    context = {
        "kind": kind,
        "review": review,
        "application": review.application,
        "origin": kind.origin(review.application),
        "form": form,
    }
    return render(request, kind.templates("conflict"), context)


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
def accept(request, public_id, kind):
    """States that there is no conflict of interest and takes the review on."""
    review = get_object_or_404(own_reviews(kind, request.user), public_id=public_id)
    stated = request.POST.get("conflict") == "none"
    carry_out(request, lambda: services.accept(review=review, has_no_conflict=stated, actor=request.user))
    return redirect(kind.pages["review"], review.public_id)


@require_POST
@login_required
def decline(request, public_id, kind):
    """Gives the review back with a reason; the programme asks somebody else."""
    review = get_object_or_404(own_reviews(kind, request.user), public_id=public_id)
    form = DeclineForm(request.POST)
    if not form.is_valid():
        return _conflict(request, kind, review, form)
    carry_out(
        request,
        lambda: services.decline(review=review, actor=request.user, reason=form.cleaned_data["reason"]),
        _("Thank you for telling us. Somebody else is asked."),
    )
    return redirect(kind.pages["reviews"])


@require_POST
@login_required
def submit(request, public_id, kind):
    """Saves and hands in the sheet, and leads to the next review that waits."""
    review = get_object_or_404(own_reviews(kind, request.user), public_id=public_id)
    sheet = ScoreSheet(request.POST, review=review, user=request.user)
    if not sheet.is_valid():
        messages.error(request, _("Please look at the marked scores."))
        return redirect(kind.pages["review"], review.public_id)
    try:
        _keep(sheet, review, request.user)
        services.submit(review=review, actor=request.user, now=timezone.now())
    except (StepError, ValidationError) as refusal:
        review.refresh_from_db(fields=["state"])
        if (
            review.state != BaseReview.State.SUBMITTED
        ):  # otherwise the button was pressed twice, and the first time did it
            messages.error(request, " ".join(getattr(refusal, "messages", [str(refusal)])))
            return redirect(kind.pages["review"], review.public_id)
    messages.success(request, _("Your review is handed in. Thank you."))
    following = next((pair for pair in _all_own_reviews(request.user) if pair[1].state in OPEN), None)
    if following is None:
        return redirect(kind.pages["reviews"])
    return redirect(following[0].pages["review"], following[1].public_id)
