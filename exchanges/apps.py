"""App configuration of the exchanges."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ExchangesConfig(AppConfig):
    name = "exchanges"
    verbose_name = _("Exchanges")

    def ready(self):
        from exchanges import kind, letters  # noqa: F401 (registers its applications and its kinds of letter)
