"""App configuration of the front doors: public pages, my desk, the coordinators' day."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class HomeConfig(AppConfig):
    name = "portal.home"
    verbose_name = _("Home")
