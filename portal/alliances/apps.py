"""App configuration of organisations and alliances."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AlliancesConfig(AppConfig):
    name = "portal.alliances"
    verbose_name = _("Alliances and organisations")
