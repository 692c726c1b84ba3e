"""App configuration of the reminders; finds what other apps declare in their `reminders.py`."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _


class RemindersConfig(AppConfig):
    name = "portal.reminders"
    verbose_name = _("Reminders")

    def ready(self):
        from portal.outbox import rechecks
        from portal.reminders.planning import KIND, objection

        rechecks.register(KIND, objection)
        autodiscover_modules("reminders")
