"""The portal's addresses and, beside them, the floors: the least that a page of this server can cost."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.template import engines
from django.urls import path

from portal.alliances.models import Organisation
from portal.urls import urlpatterns as portal_urls

PAGE = engines["django"].from_string("<!doctype html><title>{{ row.name_en }}</title><p>{{ row.code }}</p>")


def public_floor(request):
    """F1: one indexed query and a small template."""
    row = Organisation.objects.visible_to(request.user).get(code="tohoku")
    return HttpResponse(PAGE.render({"row": row}, request))


signed_in_floor = login_required(public_floor)  # F2: with session and user

urlpatterns = [path("floor/public/", public_floor), path("floor/signed-in/", signed_in_floor), *portal_urls]
