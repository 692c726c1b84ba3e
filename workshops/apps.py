"""App configuration of the workshops."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class WorkshopsConfig(AppConfig):
    name = "workshops"
    verbose_name = _("Workshops and missions")

    def ready(self):
        from workshops.letters import event, registration  # noqa: F401 (they register their kinds of letter)
