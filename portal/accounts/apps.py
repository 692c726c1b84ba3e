"""App configuration of people and their seats."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "portal.accounts"
    verbose_name = _("People and seats")

    def ready(self):
        from portal.accounts import signals  # noqa: F401
