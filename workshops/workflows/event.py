"""The life of an event, as published in `lifecycle_transitions.csv`; where it goes further, a comment says why."""

from django.utils.translation import gettext_lazy as _

from portal.core.audit import APPLICANT
from portal.core.predicates import nobody
from portal.core.workflow import Workflow, step
from workshops.models import Event
from workshops.rules.event import organises

E = Event.State
BEFORE_IT = (E.PLANNED, E.ANNOUNCED, E.REGISTRATION_OPEN, E.REGISTRATION_CLOSED)
# Beyond the published row: what was put off is often called off in the end, and nobody should invent a date for that.
CAN_BE_CANCELLED = (*BEFORE_IT, E.POSTPONED)

EVENT = Workflow(
    "event",
    (
        step("approve", E.IDEA, E.PLANNED, organises, _("Approve the event"), tone="primary"),
        step("announce", E.PLANNED, E.ANNOUNCED, organises, _("Announce the event"), audience=APPLICANT, tone="primary"),
        step("open_registration", E.ANNOUNCED, E.REGISTRATION_OPEN, nobody, _("Open registration"), by_system=True, audience=APPLICANT),
        step("close_registration", E.REGISTRATION_OPEN, E.REGISTRATION_CLOSED, nobody, _("Close registration"), by_system=True, audience=APPLICANT),
        step("mark_held", E.REGISTRATION_CLOSED, E.HELD, organises, _("Record that it took place"), audience=APPLICANT, tone="primary"),
        step("file_report", E.HELD, E.REPORTED, organises, _("File the report"), tone="primary"),
        step("archive", E.REPORTED, E.ARCHIVED, nobody, _("Archive the event"), by_system=True),
        step("postpone", BEFORE_IT, E.POSTPONED, organises, _("Postpone the event"), needs_reason=True, audience=APPLICANT, tone="danger"),
        step("set_new_date", E.POSTPONED, E.ANNOUNCED, organises, _("Set the new date"), audience=APPLICANT, tone="primary"),
        step("cancel", CAN_BE_CANCELLED, E.CANCELLED, organises, _("Cancel the event"), needs_reason=True, audience=APPLICANT, tone="danger"),
    ),
)  # fmt: skip
