"""The life cycle of a one-to-one meeting (handbook, domain §4), compared with the published one by a test."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.core.audit import DESKS
from portal.core.workflow import Workflow, step
from workshops.models import Meeting
from workshops.rules import meetings as rules

M = Meeting.State

# Whoever has no sign-in acts by a personal link; the service has looked at it and then takes the step as the system.
MEETING = Workflow(
    "meeting",
    (
        step("accept", M.REQUESTED, M.ACCEPTED, rules.is_invitee, pgettext_lazy("meeting", "Accept"), by_system=True, audience=DESKS, tone="primary"),
        step("decline", M.REQUESTED, M.DECLINED, rules.is_invitee, pgettext_lazy("meeting", "Decline"), by_system=True, audience=DESKS),
        step("fix_slot", M.ACCEPTED, M.SCHEDULED, rules.organises, _("Give it a time"), by_system=True, audience=DESKS, tone="primary"),
        step("confirm", M.SCHEDULED, M.HELD, rules.party_or_organiser, _("It took place"), by_system=True, audience=DESKS, tone="primary"),
        step("mark_no_show", M.SCHEDULED, M.NO_SHOW, rules.organises, _("Somebody did not come"), audience=DESKS),
        step("cancel", (M.REQUESTED, M.ACCEPTED, M.SCHEDULED), M.CANCELLED, rules.party_or_organiser, _("Cancel the meeting"), by_system=True, needs_reason=True, audience=DESKS, tone="danger"),
        step("draft_minutes", M.HELD, M.MINUTES_DRAFT, rules.party_or_organiser, _("Write minutes"), by_system=True, audience=DESKS),
        step("approve_minutes", M.MINUTES_DRAFT, M.MINUTES_APPROVED, rules.is_party, _("Approve the minutes"), by_system=True, audience=DESKS, tone="primary"),
    ),
)  # fmt: skip
