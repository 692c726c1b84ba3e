"""The app that runs the others: start-up, supervision, health, checks. It reads everything; nothing imports it."""

from django.apps import AppConfig
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured


class OperationsConfig(AppConfig):
    name = "portal.operations"

    def ready(self):
        from portal.operations import checks

        if dangers := checks.local_mode_dangers(settings):
            raise ImproperlyConfigured(" ".join(dangers))
