"""Public pages at the desk: read, written for founders, taken down on their word; never agreed to for them."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from portal.core.admin_steps import DeskStep
from portal.core.narrative import tell
from portal.transfers.admin_base import TransferAdminMixin
from startups import rules
from startups.admin.desk import VentureAdmin
from startups.models import Showcase
from startups.services import showcase as services

tell(
    {
        "showcase.write": _("wrote the public page"),
        "showcase.consent": _("agreed to be shown"),
        "showcase.withdraw": _("withdrew the consent"),
    }
)


def withdraw(*, showcase: Showcase, actor, today):
    return services.withdraw(startup=showcase.startup, actor=actor, today=today)


def may_withdraw(user, showcase: Showcase) -> bool:
    return showcase.has_consent and rules.runs_row(user, showcase)


@admin.register(Showcase)
class ShowcaseAdmin(TransferAdminMixin, VentureAdmin):
    steps = {
        "withdraw": DeskStep(
            withdraw,
            label=_("Withdraw for the founders"),
            rule=may_withdraw,
            tone="danger",
            explain=_("The public page is gone at once. Only the founders can agree again."),
        ),
    }
    list_display = ("startup", "one_liner", "is_public", "consent_given_on", "consent_withdrawn_on")
    list_filter = ("confidentiality",)
    list_select_related = (
        "startup__cohort__programme__owner", "startup__origin_organisation", "consent_by",
    )  # fmt: skip
    search_fields = ("one_liner_en", "one_liner_ja", "startup__search_key")
    ordering = ("startup__name", "pk")
    summary = (
        "startup", "is_public", "confidentiality", "consent_given_on", "consent_by", "consent_wording", "consent_text",
        "consent_withdrawn_on",
    )  # fmt: skip
    fields = ("one_liner_en", "one_liner_ja", "description_en", "description_ja", "website", "note_en", "source")

    def has_add_permission(self, request):
        return False

    @display(description=_("shown to everybody"), boolean=True)
    def is_public(self, showcase):
        return services.is_shown(showcase.startup, showcase)
