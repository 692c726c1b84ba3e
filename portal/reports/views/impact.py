"""The public impact page."""

from django.shortcuts import render
from django.views.decorators.http import require_safe

from portal.reports import impact as public

MOST_VALUES = 200


@require_safe
def impact(request):
    """Verified figures first, then what others have published; each with its date and source."""
    values = list(public.public_values(request.user)[:MOST_VALUES])
    context = {
        "facts": public.facts_of(values),
        "pictures": public.pictures_of(values),
        "targets": public.targets_picture(values, request.user),
        "published": public.published_facts(request.user),
    }
    return render(request, "reports/impact.html", context)
