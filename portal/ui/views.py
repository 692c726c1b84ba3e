"""The reader's own choice of a light or dark page."""

from django.http import HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from portal.ui.theme import COOKIE, THEMES

YEAR = 365 * 24 * 3600


@require_POST
def choose_theme(request):
    """Keeps the choice in a cookie and returns to the page; anything but light or dark means: as the device says."""
    page = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(page, {request.get_host()}, require_https=request.is_secure()):
        page = "/"
    response = HttpResponseRedirect(page)
    theme = request.POST.get("theme")
    if theme in THEMES:
        response.set_cookie(COOKIE, theme, max_age=YEAR, secure=request.is_secure(), httponly=True, samesite="Lax")
    else:
        response.delete_cookie(COOKIE, samesite="Lax")
    return response
