"""A person's own account: details, consents, the language of the pages, and looking around a demonstration."""

from allauth.account.signals import user_logged_in
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django.views.i18n import set_language as choose_for_browser

from portal.accounts import services
from portal.accounts.demo import choose_demo_user, may_look_around
from portal.accounts.forms import ProfileForm
from portal.accounts.models import Consent, ConsentPurpose, Person


@require_POST
def demo(request):
    """Signs in as one of the invented people; outside a demonstration this address does not exist."""
    if not may_look_around(request.META):
        raise Http404
    user = choose_demo_user(key=request.POST.get("who", ""))
    if user is None:
        raise Http404
    login(request, user, backend="portal.accounts.backends.SignInBackend")
    user_logged_in.send(sender=type(user), request=request, user=user)  # allauth's own: her list of devices hears of it
    request.session["demo_sign_in"] = True
    return redirect("admin:index" if user.is_staff else "home:desk")


@require_POST
def language(request):
    """Switches the language, keeps the page, and remembers the choice of a signed-in person for her mails."""
    response = choose_for_browser(request)
    chosen = request.POST.get("language", "")
    if request.user.is_authenticated and chosen in dict(settings.LANGUAGES):
        services.set_language(user=request.user, language=chosen)
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def profile(request):
    """Names as they stand in the passport and as they should be shown, language, zone, ORCID iD."""
    person = Person.objects.visible_to(request.user).filter(user=request.user).first() or Person(
        user=request.user, email=request.user.email
    )
    form = ProfileForm(request.POST if request.method == "POST" else None, instance=person)
    if request.method == "POST" and form.is_valid():
        services.update_profile(user=request.user, values=form.cleaned_data, actor=request.user)
        messages.success(request, _("Your details are saved."))
        response = redirect("accounts:profile")
        # The language in the profile is the newest choice: an older one made in this browser gives way.
        response.delete_cookie(settings.LANGUAGE_COOKIE_NAME, samesite="Lax")
        return response
    return render(request, "accounts/profile.html", {"form": form})


@require_safe
@login_required
def consents(request):
    """What the person has agreed to, in the words shown then, and what may be agreed to or withdrawn."""
    given = list(Consent.objects.visible_to(request.user).filter(person__user=request.user).select_related("purpose"))
    in_force = [consent for consent in given if consent.withdrawn_at is None]
    asked = {consent.purpose_id for consent in in_force}
    context = {
        "in_force": in_force,
        "withdrawn": [consent for consent in given if consent.withdrawn_at is not None],
        "optional": ConsentPurpose.objects.visible_to(request.user).filter(kind="optional").exclude(pk__in=asked),
        "has_person": hasattr(request.user, "person"),
    }
    return render(request, "accounts/consents.html", context)


@require_POST
@login_required
def give_consent(request):
    """Agrees to one optional purpose."""
    person = get_object_or_404(Person.objects.visible_to(request.user), user=request.user)
    purpose = get_object_or_404(
        ConsentPurpose.objects.visible_to(request.user), kind="optional", code=request.POST.get("code", "")
    )
    services.give_consents(person=person, codes={purpose.code}, language=get_language() or "en", actor=request.user)
    messages.success(request, _("Thank you: your consent is recorded. You can withdraw it here at any time."))
    return redirect("accounts:consents")


@require_POST
@login_required
def withdraw_consent(request, public_id):
    """Takes back a consent that may be taken back."""
    consent = get_object_or_404(
        Consent.objects.visible_to(request.user).select_related("purpose", "person"),
        public_id=public_id,
        person__user=request.user,
        purpose__withdrawable__startswith="yes",
    )
    services.withdraw_consent(consent=consent, actor=request.user)
    messages.success(request, _("Your consent is withdrawn from today."))
    return redirect("accounts:consents")
