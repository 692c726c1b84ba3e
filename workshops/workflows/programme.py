"""The life of a session and of a speaker's invitation: parts of an event, with tables of their own."""

from django.utils.translation import gettext_lazy as _

from portal.core.workflow import Workflow, step
from workshops.models import EventPerson, Session
from workshops.rules import programme as rules

P, S = EventPerson.State, Session.State

SPEAKER = Workflow(
    "event_person",
    (
        step("invite", P.PLANNED, P.INVITED, rules.plans_event_of, _("Invite"), tone="primary"),
        step("invite_again", (P.DECLINED, P.WITHDRAWN), P.INVITED, rules.plans_event_of, _("Invite again")),
        step("accept", P.INVITED, P.ACCEPTED, rules.speaker_or_desk, _("Accept the invitation"), by_system=True, tone="primary"),
        step("decline", P.INVITED, P.DECLINED, rules.speaker_or_desk, _("Decline the invitation"), by_system=True),
        step("withdraw", P.ACCEPTED, P.WITHDRAWN, rules.speaker_or_desk, _("Take back the promise"), by_system=True),
        step("take_off", (P.PLANNED, P.INVITED, P.ACCEPTED), P.WITHDRAWN, rules.plans_event_of, _("Take off the programme"), needs_reason=True, tone="danger"),
    ),
)  # fmt: skip

SESSION = Workflow(
    "session",
    (
        step("confirm", S.DRAFT, S.CONFIRMED, rules.plans_event_of, _("Put into the public programme"), tone="primary"),
        step("reopen", S.CONFIRMED, S.DRAFT, rules.plans_event_of, _("Take out of the public programme")),
        step("cancel", (S.DRAFT, S.CONFIRMED), S.CANCELLED, rules.plans_event_of, _("Cancel the session"), needs_reason=True, tone="danger"),
        step("restore", S.CANCELLED, S.CONFIRMED, rules.plans_event_of, _("It takes place after all")),
    ),
)  # fmt: skip
