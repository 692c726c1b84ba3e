"""One stay with its checklist: my tasks, what others still have to do, dates and whom to ask."""

from django.contrib.auth.decorators import login_required
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from exchanges import rules
from exchanges.forms.steps import TaskForm
from exchanges.models import Stay, StayReport, StayTask
from exchanges.services import stays as services
from exchanges.workflows import STAY
from portal.alliances.models import Outcome
from portal.applications.views.applications import spoken_history
from portal.ui.acts import carry_out, posted

# Items of the checklists that the final report itself ticks off.
REPORT_ITEMS = {"JI26", "UI22"}
REPORTING = (Stay.State.ENDING, Stay.State.DEPARTED, Stay.State.REPORT_DUE, Stay.State.CLOSED)


def visible_stay(user, public_id) -> Stay:
    """A stay that the person may see; 404 otherwise."""
    rows = Stay.objects.visible_to(user).select_related(
        "person", "programme__owner", "home_organisation", "host_organisation", "host_person", "application__call",
        "certificate__file",
    )  # fmt: skip
    return get_object_or_404(rows, public_id=public_id)


@require_safe
@login_required
def page(request, public_id):
    """The stay as fellow and host see it, each with the own tasks first."""
    stay = visible_stay(request.user, public_id)
    user, today = request.user, timezone.localdate()
    tasks = list(
        StayTask.objects.visible_to(user).filter(stay=stay).select_related("organisation", "file", "done_by__person")
    )
    for task in tasks:
        task.stay = stay  # the rules ask for it; one query is enough
    open_tasks = [task for task in tasks if task.state == StayTask.State.OPEN]
    mine = [task for task in open_tasks if rules.owns_task(user, task)]
    is_fellow = rules.is_fellow(user, stay)
    report = StayReport.objects.visible_to(user).filter(stay=stay).first()
    context = {
        "stay": stay,
        "today": today,
        "is_fellow": is_fellow,
        "mine": mine,
        "others": [task for task in open_tasks if task not in mine],
        "settled": [task for task in tasks if task.state != StayTask.State.OPEN],
        "steps": STAY.available(stay, user),
        "report": report,
        "shows_report": is_fellow and stay.state in REPORTING,
        "outcomes": Outcome.objects.visible_to(user).filter(stay=stay),
        "history": spoken_history(stay) if is_fellow else [],
        "crumbs": [(_("My desk"), reverse("home:desk")), (_("Stay"), "")],
    }
    return render(request, "exchanges/stay.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def task(request, public_id):
    """One task: what it is, by when, and the button that says it is done, with a note or a proof."""
    task = get_object_or_404(
        StayTask.objects.visible_to(request.user).select_related(
            "stay__person", "stay__host_organisation", "stay__host_person", "stay__programme", "organisation", "file"
        ),
        public_id=public_id,
    )
    back = reverse("exchanges:stay", args=[task.stay.public_id])
    is_mine = task.state == StayTask.State.OPEN and rules.owns_task(request.user, task)
    form = TaskForm(posted(request), request.FILES or None)
    if request.method == "POST" and form.is_valid():
        done = carry_out(
            request,
            lambda: services.complete_task(
                task=task,
                actor=request.user,
                today=timezone.localdate(),
                note=form.cleaned_data["note"],
                upload=form.cleaned_data["upload"],
            ),
            _("Done: %(task)s") % {"task": task.text},
        )
        if done:
            return redirect(back)
    context = {
        "task": task,
        "stay": task.stay,
        "form": form,
        "is_mine": is_mine,
        "is_report": task.item_code in REPORT_ITEMS,
        "back_url": back,
    }
    return render(request, "exchanges/task.html", context)
