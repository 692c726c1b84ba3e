"""The outlook at the desk: what goes out in the next seven days, what is held back and why, one planned mail."""

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from portal.core.workflow import StepError
from portal.outbox.services import written
from portal.reminders import services
from portal.reminders.outlook import outlook, planned_draft


class WithholdForm(forms.Form):
    reason = forms.CharField(label=gettext_lazy("Reason"), widget=forms.Textarea(attrs={"rows": 3}))


@require_safe
def week(request):
    _require_outbox(request)
    context = {
        **admin.site.each_context(request),
        "title": _("The next seven days"),
        "outlook": outlook(request.user, now=timezone.now()),
    }
    return TemplateResponse(request, "reminders/outlook.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def planned(request, key):
    """One reminder that the plan has for later: how it will read, and what may be done about it."""
    _require_outbox(request)
    now = timezone.now()
    draft = planned_draft(key, request.user, now=now)
    if draft is None:
        raise Http404
    # Nothing leaves that nobody asked to send.
    withholds = request.method == "POST" and "send" not in request.POST
    form = WithholdForm(request.POST if withholds else None)
    if request.method == "POST" and (not withholds or form.is_valid()):
        try:
            if withholds:
                reason = form.cleaned_data["reason"]
                message = services.withhold_planned(key=key, actor=request.user, now=now, reason=reason)
            else:
                message = services.send_planned_now(key=key, actor=request.user, now=now)
        except PermissionDenied:
            raise Http404 from None
        except (StepError, ValidationError) as refusal:
            text = " ".join(refusal.messages) if isinstance(refusal, ValidationError) else str(refusal)
            messages.error(request, text)
            return redirect("admin:reminders_outlook")
        done = _("It stays here until somebody releases it.") if withholds else _("It leaves within a minute.")
        messages.success(request, done)
        return redirect("admin:outbox_outboxmessage_change", message.pk)
    context = {
        **admin.site.each_context(request),
        "title": _("A planned reminder"),
        "draft": draft,
        "mail": written(draft),
        "form": form,
        "may_decide": request.user.has_perm("outbox.change_outboxmessage"),
    }
    return TemplateResponse(request, "reminders/planned.html", context, status=422 if form.errors else 200)


def _require_outbox(request) -> None:
    """The page belongs to the outbox: who has no mails at her desk has no outlook either."""
    if not request.user.has_perm("outbox.view_outboxmessage"):
        raise Http404
