"""One row for every import: who brought which file into which table, and what came of it."""

import datetime as dt
import uuid

from django.conf import settings
from django.core.files.storage import storages
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.core.models import BaseModel
from portal.core.workflow import known_states

LIFETIME = dt.timedelta(hours=1)


def private_storage():
    """Resolved when it is used, so that tests and deployments may choose another place."""
    return storages["private"]


def random_name(instance, filename) -> str:
    name = uuid.uuid4().hex
    return f"imports/{name[:2]}/{name}"


def default_expiry():
    return timezone.now() + LIFETIME


class ImportJob(BaseModel):
    """An import from upload to result. The file is kept only until it is confirmed or has expired."""

    class State(models.TextChoices):
        CHECKED = "checked", _("checked, waiting to be confirmed")
        REFUSED = "refused", pgettext_lazy("import", "refused")
        CONFIRMED = "confirmed", _("imported")
        EXPIRED = "expired", _("expired")

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("who"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    table = models.CharField(_("table"), max_length=60)
    file_name = models.CharField(_("file name"), max_length=200)
    file = models.FileField(_("file"), storage=private_storage, upload_to=random_name, max_length=100, blank=True)
    sha256 = models.CharField(_("SHA-256"), max_length=64)
    format = models.CharField(_("read as"), max_length=100, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State)
    created = models.PositiveIntegerField(_("new"), default=0)
    changed = models.PositiveIntegerField(_("changed"), default=0)
    unchanged = models.PositiveIntegerField(_("unchanged"), default=0)
    refused = models.PositiveIntegerField(pgettext_lazy("import", "refused"), default=0)
    mails = models.PositiveIntegerField(_("mails written"), default=0)
    problems = models.JSONField(_("problems"), default=list, blank=True)
    problem_count = models.PositiveIntegerField(_("number of problems"), default=0)
    previews = models.JSONField(_("preview"), default=list, blank=True)
    digest = models.CharField(max_length=64, editable=False)
    expires_at = models.DateTimeField(_("can be confirmed until"), default=default_expiry)
    confirmed_at = models.DateTimeField(_("imported at"), null=True, blank=True)

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        ordering = ("-created_at", "-pk")
        constraints = [known_states("state", ["checked", "refused", "confirmed", "expired"], "import_job_state_known")]

    class Scoping:
        owners = ("user",)

    def __str__(self):
        return f"{self.table}: {self.file_name}"

    @property
    def rows(self) -> int:
        return self.created + self.changed + self.unchanged + self.refused

    def can_be_confirmed(self, now: dt.datetime) -> bool:
        return self.state == self.State.CHECKED and now < self.expires_at
