"""Founders, teams and mentors at the desk."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from portal.core.admin_steps import DeskStep
from portal.transfers.admin_base import TransferAdminMixin
from startups import rules
from startups.admin.desk import SteppedVentureAdmin, VentureAdmin
from startups.models import Founder, Mentor
from startups.services import people
from startups.workflows import MENTOR


def may_end(user, founder) -> bool:
    return founder.until_on is None and rules.runs_row(user, founder)


@admin.register(Founder)
class FounderAdmin(TransferAdminMixin, VentureAdmin):
    """Who joins is added on the startup; here contacts and shares are kept up to date."""

    steps = {
        "end_founder": DeskStep(
            people.end_founder,
            label=_("Has left the team"),
            rule=may_end,
            previews=False,
            explain=_("No mail reaches her any more, and she no longer sees the startup."),
        ),
    }
    list_display = ("person", "startup", "role", "is_founder", "is_primary_contact", "from_on", "until_on")
    list_filter = ("is_founder", "is_primary_contact")
    list_select_related = ("person", "startup__cohort__programme__owner", "startup__origin_organisation")
    search_fields = ("person__search_key", "startup__search_key", "role_en", "role_ja")
    ordering = ("-pk",)
    summary = ("person", "startup", "role", "from_on", "until_on")
    fields = (
        ("role_en", "role_ja"), ("is_founder", "is_primary_contact", "is_financial_contact"),
        ("is_legal_contact", "is_technical_contact"), "holds_equity", "from_on", "note_en", "source",
    )  # fmt: skip

    def has_add_permission(self, request):
        return False


@admin.register(Mentor)
class MentorAdmin(TransferAdminMixin, SteppedVentureAdmin):
    workflow = MENTOR
    count_states = True
    steps = {
        "confirm": DeskStep(people.confirm_mentor, explain=_("Mentor and founders are told by mail.")),
        "end": DeskStep(people.end_mentor),
    }
    list_display = ("person", "startup", "state_badge", "is_primary", "topics", "confirmed_on", "ended_on")
    list_filter = ("state", "is_primary")
    list_select_related = ("person", "startup__cohort__programme__owner", "startup__origin_organisation")
    search_fields = ("person__search_key", "startup__search_key", "topics_en", "topics_ja")
    ordering = ("-pk",)
    summary = ("person", "startup", "topics", "is_primary", "confirmed_on", "ended_on")
    fields = ("note_en", "source")
