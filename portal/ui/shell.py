"""The frame around every page: what is the same for everybody in a language is written once by each process."""

from functools import cache

from django.template.loader import render_to_string
from django.urls import reverse

# Where the entries of the main navigation lead (components/site_nav.html).
SECTIONS = ("home:calls", "home:programmes", "workshops:index", "startups:index", "home:desk")


@cache
def written(template_name: str, _language: str, **given) -> str:
    """The template with these values and no other context, in the active language (which is part of the key)."""
    return render_to_string(template_name, given)


def section_of(path: str) -> str:
    """The address of the section below which a page lies; empty outside of all."""
    return next((address for address in _addresses() if path.startswith(address)), "")


@cache
def _addresses() -> tuple[str, ...]:
    return tuple(reverse(name) for name in SECTIONS)
