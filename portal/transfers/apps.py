"""App configuration of import and export."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _


class TransfersConfig(AppConfig):
    name = "portal.transfers"
    verbose_name = _("Import and export")

    def ready(self):
        # Every app declares its tables in resources.py.
        autodiscover_modules("resources", "reference_tables")
