"""App configuration of the ground floor."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CoreConfig(AppConfig):
    name = "portal.core"
    verbose_name = _("Records and vocabularies")

    def ready(self):
        from portal.core import checks  # noqa: F401  registers the system checks
