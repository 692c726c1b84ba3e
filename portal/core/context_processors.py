"""What every template may ask."""

from django.conf import settings


def portal(request):
    return {"PORTAL_DEMO": settings.PORTAL_DEMO, "DEV_MAILBOX": settings.DEV_MAILBOX, "BASE_URL": settings.BASE_URL}
