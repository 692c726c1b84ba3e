"""App configuration of export-control screening."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ScreeningConfig(AppConfig):
    name = "portal.screening"
    verbose_name = _("Export control")
