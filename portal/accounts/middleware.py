"""The language and zone a person chose, and the second factor that staff need."""

import zoneinfo
from urllib.parse import urlencode

from allauth.account.authentication import get_authentication_records
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.middleware.locale import LocaleMiddleware
from django.shortcuts import redirect
from django.urls import Resolver404, resolve, reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _


class PersonalLocale(LocaleMiddleware):
    """Language: what was chosen in this browser, then what the person chose, then what the browser asks for.

    The person's zone is active during the request, so that templates show her times beside the host's.
    """

    def process_request(self, request):
        super().process_request(request)
        user = request.user
        if user.is_authenticated:
            if settings.LANGUAGE_COOKIE_NAME not in request.COOKIES:
                translation.activate(user.language)
                request.LANGUAGE_CODE = translation.get_language()
            timezone.activate(zoneinfo.ZoneInfo(user.timezone))
        else:
            timezone.deactivate()


def passed_second_factor(request) -> bool:
    """Whether this session proved a second factor: one-time password, security key, passkey or recovery code."""
    return any(record.get("method") == "mfa" for record in get_authentication_records(request, request.user))


# What staff reach with a password alone: public pages, the own account, and the way to a second factor.
OPEN_TO_STAFF = ("/accounts/", "/approve/", "/calls/", "/i18n/", "/jsi18n/", "/programmes/", "/ui/", "/verify/")
# The same where public pages, and those behind personal links, stand among others.
OPEN_PAGES = frozenset(
    {f"home:{name}" for name in ("alliance",)}
    | {f"reports:{name}" for name in ("impact",)}
    | {f"startups:{name}" for name in ("index", "page", "update_by_link", "update_sent", "update_link", "update_renew")}
    | {
        f"workshops:{name}"
        for name in (
            "index", "event", "calendar", "programme", "portrait", "alliance_feed", "personal_feed", "register",
            "registered", "registration", "registration_change", "registration_cancel", "registration_take",
            "registration_decline", "registration_badge", "registration_certificate", "registration_visa",
            "registration_visa_letter", "registration_renew", "registration_link", "still_coming", "still_coming_link",
            "speaker", "speaker_answer", "speaker_withdraw", "speaker_section", "speaker_portrait",
            "speaker_own_portrait", "speaker_calendar", "speaker_renew", "speaker_link", "mission_link", "mission_feed",
            "mission_expired", "mission_renew", "mail_link",
        )
    }
)  # fmt: skip


def _is_open(path: str) -> bool:
    if path == "/" or path.startswith(OPEN_TO_STAFF):
        return True
    try:
        return resolve(path).view_name in OPEN_PAGES
    except Resolver404:
        return False


WANTED = "wanted_at_desk"  # key in the session, read by templates/mfa/onward.html


class StaffSecondFactor:
    """Staff's pages open only in a session that passed a second factor; who has none yet is led to set one up.

    That is the admin, and every page on which a seat shows other people's records or signs for an office.
    Demo sign-ins are exempt: the demo runs on the loopback address only and is refused with production settings.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        user = request.user
        if not (user.is_authenticated and user.is_staff) or _is_open(request.path_info):
            return self.get_response(request)
        if settings.PORTAL_DEMO and request.session.get("demo_sign_in"):
            return self.get_response(request)
        if not is_mfa_enabled(user):  # also when the last one was removed in this very session
            messages.warning(request, _("Set up a second factor to enter the coordinators' desk."))
            request.session[WANTED] = request.get_full_path() if request.method == "GET" else reverse("admin:index")
            step = reverse("mfa_activate_totp")
        elif passed_second_factor(request):
            request.session.pop(WANTED, None)
            return self.get_response(request)
        else:
            step = reverse("mfa_reauthenticate")
        return redirect(f"{step}?{urlencode({'next': request.get_full_path()})}")
