"""Light, dark, or as the device says; and the accents an alliance may choose from."""

from django.db import models
from django.utils.translation import gettext_lazy as _

COOKIE = "portal_theme"
THEMES = ("light", "dark")


class Accent(models.TextChoices):
    """Each accent is defined for both themes in portal.css and contrast-checked by the tests."""

    INDIGO = "indigo", _("indigo")
    PINE = "pine", _("pine green")
    PLUM = "plum", _("plum")
    BRICK = "brick", _("brick red")
    SLATE = "slate", _("slate blue")


def chosen_theme(request) -> str:
    """`light`, `dark`, or nothing where the device decides."""
    theme = request.COOKIES.get(COOKIE, "") if request else ""
    return theme if theme in THEMES else ""
