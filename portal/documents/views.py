"""The way out of the private storage, and the page on which anybody checks a letter."""

from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from portal.documents.forms import VerificationForm
from portal.documents.letters import holder_told, letter_title
from portal.documents.models import StoredFile
from portal.documents.services import letter_with_code, open_file


@require_safe
@login_required
def download(request, public_id):
    """A private file as an attachment that a browser neither shows, sniffs, runs nor keeps."""
    try:
        stored = open_file(public_id=public_id, actor=request.user)
        content = stored.file.open("rb")
    except (StoredFile.DoesNotExist, FileNotFoundError):
        raise Http404(_("There is no such file.")) from None
    response = FileResponse(content, as_attachment=True, filename=stored.name, content_type=stored.media_type)
    response["Content-Length"] = stored.size
    response["Cache-Control"] = "private, no-store"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["X-Content-Type-Options"] = "nosniff"
    return response


@require_safe
def verify(request, code=""):
    """Whether a letter is genuine. Who has the code holds the letter: the page repeats only what stands on its face."""
    form = VerificationForm(request.GET if "code" in request.GET else None, initial={"code": code})
    if form.is_valid():
        code = form.cleaned_data["code"]
    letter = letter_with_code(code)
    if letter is not None and request.path != (address := reverse("documents:verify", args=[letter.verification_code])):
        return redirect(address)
    context = {"form": form, "code": code, "letter": letter}
    if letter is not None:
        name = letter.context.get("recipient_name", "")
        told = holder_told(letter.kind, name)
        context |= {"title": letter_title(letter.kind), "holder": told, "is_named": told == name}
    response = render(request, "documents/verify.html", context, status=404 if code and letter is None else 200)
    response["X-Robots-Tag"] = "noindex"
    return response
