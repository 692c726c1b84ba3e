"""The public impact page."""

from django.shortcuts import render
from django.views.decorators.http import require_safe

from portal.reports.impact import public_figures


@require_safe
def impact(request):
    """Verified figures first, then what others have published; each with its date and source."""
    figures = public_figures()
    context = {
        "figures": figures,
        "facts": figures.facts,
        "pictures": figures.pictures,
        "targets": figures.targets,
        "published": figures.published,
    }
    return render(request, "reports/impact.html", context)
