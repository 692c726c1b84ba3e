"""App configuration of the figures; finds what other apps declare in their `kpis.py`."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _


class FiguresConfig(AppConfig):
    name = "portal.figures"
    verbose_name = _("Figures")

    def ready(self):
        autodiscover_modules("kpis")
