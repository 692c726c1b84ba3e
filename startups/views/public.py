"""Startups as everybody sees them: those whose founders have agreed, and how far the alliance has come."""

from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import json_script
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from portal.core.countries import country_name
from startups.models import Showcase
from startups.progress import new_startups

PER_PAGE = 24


@never_cache  # a withdrawn page is gone at once, also from caches on the way
@require_safe
def index(request):
    pages = Showcase.objects.visible_to(None).on_cards().order_by("startup__name", "pk")
    shown = Paginator(pages, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "pages": shown,
        "cards": [(row, _name(row), country_name(row.startup.country)) for row in shown],
        "progress": new_startups(timezone.localdate()),
    }
    return render(request, "startups/index.html", context)


@never_cache
@require_safe
def page(request, code):
    row = get_object_or_404(Showcase.objects.visible_to(None).shown(), startup__code=code)
    context = {
        "row": row,
        "name": _name(row),
        "country": country_name(row.startup.country),
        "linked_data": _linked_data(request, row),
        "crumbs": [(_("Startups"), reverse("startups:index")), (_name(row), "")],
    }
    return render(request, "startups/showcase.html", context)


def _name(row: Showcase) -> str:
    return str(row.startup)


def _linked_data(request, row: Showcase) -> SafeString:
    """The startup in the words of schema.org: only what its founders agreed to show."""
    startup = row.startup
    data = {
        "@context": "https://schema.org",
        "@type": "Organization",
        "name": startup.name,
        "alternateName": startup.name_ja,
        "slogan": row.one_liner,
        "description": row.description,
        "url": row.website or request.build_absolute_uri(reverse("startups:page", args=[startup.code])),
        "foundingDate": str(startup.founded_on.year) if startup.founded_on else "",
        "address": {"@type": "PostalAddress", "addressCountry": startup.country} if startup.country else "",
    }
    known = {name: value for name, value in data.items() if value}
    return SafeString(json_script(known).replace("application/json", "application/ld+json", 1))
