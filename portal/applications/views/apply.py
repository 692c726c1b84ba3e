"""Applying, section by section: each is saved by itself, also while typing, and nothing blocks before sending."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from portal.accounts.models import Person
from portal.accounts.services import agrees
from portal.applications.kinds import ApplicationKind
from portal.applications.models import BaseApplication
from portal.applications.progress import following, progress_of, section_url
from portal.applications.sections import PAPERS, SENDING
from portal.applications.services import applications as services
from portal.programmes.models import Call
from portal.ui.acts import carry_out, posted, saves_itself


def own_application(kind: ApplicationKind, user, public_id) -> BaseApplication:
    """The person's own application with what its pages show; 404 for everybody else's."""
    rows = kind.model._default_manager.owned_by(user).for_reading()
    return get_object_or_404(rows, public_id=public_id)


@require_POST
@login_required
def start(request, code, kind):
    """Begins a draft, or goes on with the one there is."""
    call = get_object_or_404(Call.objects.visible_to(request.user).select_related("programme"), code=code)
    if not kind.takes(call):
        raise Http404
    person = Person.objects.visible_to(request.user).filter(user=request.user).first()
    if person is None:
        messages.info(request, _("Please tell us your name first. Then come back to the call and apply."))
        return redirect("accounts:profile")
    begun: list[BaseApplication] = []

    def begin():
        begun.append(services.start_application(call=call, person=person, actor=request.user, now=timezone.now()))

    if not carry_out(request, begin):
        return redirect("home:call", call.code)
    return redirect(progress_of(begun[0]).resume_url)


@require_http_methods(["GET", "HEAD", "POST"])
@saves_itself
def section(request, public_id, key, kind):
    """One section of the form. Typing saves it through htmx; the button saves it and goes on."""
    application = own_application(kind, request.user, public_id)
    if key not in kind.section_by_key:
        raise Http404
    if application.state not in services.EDITABLE:
        messages.info(request, _("This application has been sent and cannot be changed now."))
        return redirect(kind.pages["application"], application.public_id)
    if key == PAPERS:
        return _papers(request, kind, application)
    if key == SENDING:
        return _sending(request, kind, application)
    form = kind.forms[key](posted(request), application=application, user=request.user)
    saved = request.method == "POST" and _save(form, application, key, request.user)
    if saved and form.is_valid() and not request.htmx:
        return redirect(section_url(application, following(application, key)))
    asked = kind.section_by_key[key]
    context = {
        **_frame(kind, application, key),
        "form": form,
        "has_notes": asked.notes is not None,
        "notes": asked.notes(application) if asked.notes else [],
    }
    return render(request, "applications/_saved.html" if request.htmx else "applications/section.html", context)


def _save(form, application, key, user) -> bool:
    """Keep what is right; what the service refuses is shown at its field."""
    form.is_valid()
    values = form.saved_values
    try:
        services.save_section(application=application, section=key, values=values, actor=user, now=timezone.now())
    except ValidationError as refusal:
        form.add_error(None, refusal.messages)
        return False
    return True


def _frame(kind, application, key) -> dict:
    """What stands around every section."""
    return {
        "kind": kind,
        "application": application,
        "key": key,
        "section_title": kind.section_by_key[key].title,
        "progress": progress_of(application, current=key),
        "crumbs": [
            (application.call.title, reverse("home:call", args=[application.call.code])),
            (_("Your application"), ""),
        ],
    }


# -- papers --------------------------------------------------------------------------------------------------------
def _papers(request, kind, application):
    there = {
        document.kind: document
        for document in kind.document_model._default_manager.visible_to(request.user)
        .filter(application=application, replaced_at=None)
        .select_related("file")
    }
    papers = [(paper, there.get(paper.kind)) for paper in application.call.requested_documents.all()]
    context = {
        **_frame(kind, application, PAPERS),
        "papers": papers,
        "next_url": section_url(application, following(application, PAPERS)),
    }
    return render(request, "applications/papers.html", context)


@require_POST
@login_required
def attach(request, public_id, paper, kind):
    """Adds one of the papers asked for, or replaces the one that is there."""
    application = own_application(kind, request.user, public_id)
    if not application.call.requested_documents.filter(kind=paper).exists():
        raise Http404
    upload = request.FILES.get("upload")
    if upload is None:
        messages.error(request, _("Please choose a file first."))
        return redirect(section_url(application, PAPERS))
    carry_out(
        request,
        lambda: services.attach_document(
            application=application, kind=paper, upload=upload, actor=request.user, now=timezone.now()
        ),
        _("“%(file)s” is saved.") % {"file": upload.name},
    )
    return redirect(section_url(application, PAPERS))


@require_POST
@login_required
def remove(request, public_id, document, kind):
    """Takes a paper back."""
    application = own_application(kind, request.user, public_id)
    paper = get_object_or_404(
        kind.document_model._default_manager.visible_to(request.user).select_related("application", "file"),
        application=application,
        public_id=document,
        replaced_at=None,
    )
    name = paper.file.name
    carry_out(
        request,
        lambda: services.remove_document(document=paper, actor=request.user, now=timezone.now()),
        _("“%(file)s” is removed.") % {"file": name},
    )
    return redirect(section_url(application, PAPERS))


# -- sending -------------------------------------------------------------------------------------------------------
def _sending(request, kind, application, *, refused=(), ticked=frozenset()):
    """The last section: what is missing, the consents, and the button that sends."""
    asked, recipient = list(kind.consent_purposes(application)), kind.consent_recipient(application)
    language = get_language() or "en"
    context = {
        **_frame(kind, application, SENDING),
        "consents": [
            {
                "purpose": purpose,
                "wording": purpose.wording_in(language, recipient if purpose.names_recipient else None),
                "given": purpose.code in ticked or agrees(application.applicant, purpose, recipient),
            }
            for purpose in asked
            if not purpose.is_notice
        ],
        "notices": [purpose for purpose in asked if purpose.is_notice],
        "refused": refused,
    }
    return render(request, "applications/sending.html", context)


@require_POST
@login_required
def submit(request, public_id, kind):
    """Sends the application; what is missing is listed with the way to it."""
    application = own_application(kind, request.user, public_id)
    ticked = set(request.POST.getlist("consents"))
    refused: list = []

    def send():
        try:
            services.submit_application(
                application=application,
                consents=ticked,
                language=get_language() or "en",
                actor=request.user,
                now=timezone.now(),
            )
        except services.Incomplete as incomplete:
            refused.extend(item for item in incomplete.items if item.section == SENDING)
            raise

    if carry_out(request, send):
        return redirect(kind.pages["receipt"], application.public_id)
    if application.state in services.EDITABLE and refused:
        return _sending(request, kind, application, refused=refused, ticked=ticked)
    return redirect(section_url(application, SENDING))
