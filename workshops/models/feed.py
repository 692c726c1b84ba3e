"""Personal calendars to subscribe to."""

import datetime as dt

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.core.links import LinkedModel
from portal.core.models import BaseModel

# Calendar programs ask again for years; who wants it to end makes a new address.
LASTS = dt.timedelta(days=3650)


class CalendarFeed(LinkedModel, BaseModel):
    """The secret address under which a calendar program reads what somebody takes part in. One at a time."""

    link_purpose = "workshops.calendar_feed"

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, verbose_name=_("account"), on_delete=models.CASCADE, related_name="calendar_feed"
    )

    class Meta:
        verbose_name = _("calendar to subscribe to")
        verbose_name_plural = _("calendars to subscribe to")
        ordering = ("pk",)

    class Scoping:
        owners = ("user",)

    def __str__(self):
        return str(self.user)
