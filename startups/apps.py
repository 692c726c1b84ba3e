"""App configuration of the startups."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class StartupsConfig(AppConfig):
    name = "startups"
    verbose_name = _("Startups")

    def ready(self):
        from startups import kind  # noqa: F401 (registers its applications)
