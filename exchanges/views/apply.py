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

from exchanges.forms.sections import SECTION_FORMS
from exchanges.lengths import length_notes
from exchanges.models import Application, ApplicationDocument
from exchanges.progress import SECTIONS, following, progress_of, section_url
from exchanges.services import applications as services
from portal.accounts.models import Consent, Person
from portal.core.countries import country_name
from portal.programmes.models import Call
from portal.ui.acts import carry_out, posted, saves_itself


def own_application(user, public_id) -> Application:
    """The person's own application with what its pages show; 404 for everybody else's."""
    rows = Application.objects.visible_to(user).of_person(user)
    related = (
        "applicant",
        "call__programme__owner",
        "programme",
        "home_organisation",
        "host_organisation",
        "host_person",
    )
    return get_object_or_404(rows.select_related(*related), public_id=public_id)


@require_POST
@login_required
def start(request, code):
    """Begins a draft, or goes on with the one there is."""
    call = get_object_or_404(Call.objects.visible_to(request.user).select_related("programme"), code=code)
    if call.programme is None:
        raise Http404
    person = Person.objects.visible_to(request.user).filter(user=request.user).first()
    if person is None:
        messages.info(request, _("Please tell us your name first. Then come back to the call and apply."))
        return redirect("accounts:profile")
    begun: list[Application] = []

    def begin():
        begun.append(services.start_application(call=call, person=person, actor=request.user, now=timezone.now()))

    if not carry_out(request, begin):
        return redirect("home:call", call.code)
    return redirect(progress_of(begun[0]).resume_url)


@require_http_methods(["GET", "HEAD", "POST"])
@saves_itself
def section(request, public_id, key):
    """One section of the form. Typing saves it through htmx; the button saves it and goes on."""
    application = own_application(request.user, public_id)
    if key not in SECTIONS:
        raise Http404
    if application.state not in services.EDITABLE:
        messages.info(request, _("This application has been sent and cannot be changed now."))
        return redirect("exchanges:application", application.public_id)
    if key == "documents":
        return _papers(request, application)
    if key == "consents":
        return _sending(request, application)
    form = SECTION_FORMS[key](posted(request), application=application, user=request.user)
    saved = request.method == "POST" and _save(form, application, key, request.user)
    if saved and form.is_valid() and not request.htmx:
        return redirect(section_url(application, following(key)))
    context = {
        **_frame(application, key),
        "form": form,
        "notes": _length_notes(application) if key == "stay" else [],
    }
    return render(request, "exchanges/_saved.html" if request.htmx else "exchanges/section.html", context)


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


def _frame(application, key) -> dict:
    """What stands around every section."""
    return {
        "application": application,
        "key": key,
        "section_title": SECTIONS[key],
        "progress": progress_of(application, current=key),
        "crumbs": [
            (application.call.title, reverse("home:call", args=[application.call.code])),
            (_("Your application"), ""),
        ],
    }


def _length_notes(application):
    host, home = application.host_organisation, application.home_organisation
    return length_notes(
        application.start_requested,
        application.end_requested,
        programme=application.programme,
        host_country=host.country if host else "",
        home_country=home.country if home else "",
    )


# -- papers --------------------------------------------------------------------------------------------------------
def _papers(request, application):
    there = {
        document.kind: document
        for document in ApplicationDocument.objects.visible_to(request.user)
        .filter(application=application, replaced_at=None)
        .select_related("file")
    }
    papers = [(paper, there.get(paper.kind)) for paper in application.call.requested_documents.all()]
    return render(request, "exchanges/papers.html", {**_frame(application, "documents"), "papers": papers})


@require_POST
@login_required
def attach(request, public_id, kind):
    """Adds one of the papers asked for, or replaces the one that is there."""
    application = own_application(request.user, public_id)
    if not application.call.requested_documents.filter(kind=kind).exists():
        raise Http404
    upload = request.FILES.get("upload")
    if upload is None:
        messages.error(request, _("Please choose a file first."))
        return redirect(section_url(application, "documents"))
    carry_out(
        request,
        lambda: services.attach_document(
            application=application, kind=kind, upload=upload, actor=request.user, now=timezone.now()
        ),
        _("“%(file)s” is saved.") % {"file": upload.name},
    )
    return redirect(section_url(application, "documents"))


@require_POST
@login_required
def remove(request, public_id, document):
    """Takes a paper back."""
    application = own_application(request.user, public_id)
    paper = get_object_or_404(
        ApplicationDocument.objects.visible_to(request.user).select_related("application", "file"),
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
    return redirect(section_url(application, "documents"))


# -- sending -------------------------------------------------------------------------------------------------------
def _sending(request, application, *, refused=(), ticked=frozenset()):
    """The last section: what is missing, the consents, and the button that sends."""
    given = set(
        Consent.objects.visible_to(request.user)
        .filter(person=application.applicant, withdrawn_at=None)
        .values_list("purpose__code", "version")
    )
    asked = list(services.consent_purposes(application))
    context = {
        **_frame(application, "consents"),
        "consents": [
            {
                "purpose": purpose,
                "text": _shown(purpose, application),
                "given": (purpose.code, purpose.version) in given or purpose.code in ticked,
            }
            for purpose in asked
            if not purpose.is_notice
        ],
        "notices": [purpose for purpose in asked if purpose.is_notice],
        "refused": refused,
    }
    return render(request, "exchanges/sending.html", context)


def _shown(purpose, application) -> str:
    """The text of a consent with the country it is about, as it will be kept."""
    host = application.host_organisation
    country = country_name(host.country) if host else "…"
    return purpose.text.replace("{country}", country).replace("{国名}", country)


@require_POST
@login_required
def submit(request, public_id):
    """Sends the application; what is missing is listed with the way to it."""
    application = own_application(request.user, public_id)
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
            refused.extend(item for item in incomplete.items if item.section == "consents")
            raise

    if carry_out(request, send):
        return redirect("exchanges:receipt", application.public_id)
    if application.state in services.EDITABLE and refused:
        return _sending(request, application, refused=refused, ticked=ticked)
    return redirect(section_url(application, "consents"))
