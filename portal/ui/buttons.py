"""Addresses that only a button may call: nobody is left before a blank page there."""

from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.http import HttpResponseRedirect, QueryDict
from django.shortcuts import render, resolve_url
from django.urls import Resolver404, resolve
from django.utils.http import url_has_allowed_host_and_scheme


class OnlyByButton:
    """Who has to sign in first comes back to the page with the button; who opens such an address reads what it is.

    Steps are taken by POST, and after the sign-in there is nothing left of one: `next` would lead to an address that
    cannot be read.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        if response.status_code == 405 and not response.streaming and not response.content:
            return self._explained(request, response)
        if request.method == "POST" and isinstance(response, HttpResponseRedirect):
            self._lead_back(request, response)
        return response

    @staticmethod
    def _explained(request, response):
        page = render(request, "405.html", {"page_above": page_above(request.path_info)}, status=405)
        page.headers["Allow"] = response.headers["Allow"]
        return page

    @staticmethod
    def _lead_back(request, response) -> None:
        target = urlsplit(response.url)
        if target.path != resolve_url(settings.LOGIN_URL):
            return
        asked, pressed_on = QueryDict(target.query), request.headers.get("Referer", "")
        if asked.get(REDIRECT_FIELD_NAME) == request.get_full_path() and url_has_allowed_host_and_scheme(
            pressed_on, {request.get_host()}, require_https=request.is_secure()
        ):
            page = urlsplit(pressed_on)
            onward = page._replace(scheme="", netloc="", fragment="").geturl()
            response.headers["Location"] = f"{target.path}?{urlencode({REDIRECT_FIELD_NAME: onward})}"


def page_above(path: str) -> str:
    """The nearest address above that leads somewhere: acts stand below the page of what they are about."""
    while path := path.rstrip("/").rpartition("/")[0]:
        try:
            if resolve(f"{path}/").url_name:
                return f"{path}/"
        except Resolver404:
            continue
    return "/"
