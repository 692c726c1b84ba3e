"""What a person may decide about a mail. The steps of the machine itself stand in `delivery`."""

from django.utils.translation import gettext_lazy as _

from portal.core.audit import INTERNAL
from portal.core.workflow import Workflow, step
from portal.outbox.models import State
from portal.outbox.rules import keeps_mail

MAIL = Workflow(
    "mail",
    (
        step("send_now", State.QUEUED, State.QUEUED, keeps_mail, _("Send now"), audience=INTERNAL),
        step(
            "withhold",
            (State.QUEUED, State.FAILED, State.UNCERTAIN),
            State.WITHHELD,
            keeps_mail,
            _("Withhold"),
            needs_reason=True,
            audience=INTERNAL,
            tone="danger",
        ),
        step("release", State.WITHHELD, State.QUEUED, keeps_mail, _("Release"), audience=INTERNAL),
        step("requeue", (State.FAILED, State.UNCERTAIN), State.QUEUED, keeps_mail, _("Send again"), audience=INTERNAL),
        step("confirm_sent", State.UNCERTAIN, State.SENT, keeps_mail, _("It has arrived"), audience=INTERNAL),
    ),
)
