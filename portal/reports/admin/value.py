"""Frozen values of figures at the desk, and their verification."""

from django.contrib import admin
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _gettext
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from portal.core.admin_base import ScopedReadOnlyAdmin
from portal.core.admin_steps import DeskStep, StepsMixin
from portal.core.narrative import tell
from portal.figures.wording import number_text
from portal.reports.models import KpiValue
from portal.reports.rules.value import audits_value
from portal.reports.services.values import difference, verify
from portal.transfers.admin_base import TransferAdminMixin

tell({"reports.frozen": _("froze the value"), "reports.verified": _("verified the value")})


@admin.register(KpiValue)
class KpiValueAdmin(TransferAdminMixin, StepsMixin, ScopedReadOnlyAdmin):
    steps = {
        "verify": DeskStep(
            verify,
            label=_("Verify"),
            rule=audits_value,
            tone="primary",
            explain=_(
                "From now on the public may read this value, unless it stands for too few. It is never overwritten."
            ),
            bulk=True,
            previews=False,
        )
    }
    subject = "kpi_value"
    summary = ("kpi", "about_what", "span", "shown_value", "edition", "is_verified_value", "counts_demo", "is_small")

    list_display = ("kpi", "about_listed", "span", "shown_value", "edition", "as_of", "is_verified_value")
    list_select_related = ("kpi", "alliance")
    list_filter = ("kpi", "counts_demo")
    search_fields = ("kpi__code", "kpi__name_en", "kpi__name_ja", "subject")
    date_range = "to_date"
    fields = (
        "shown_value",
        "shown_numerator",
        "shown_denominator",
        "unknown",
        "formula",
        "as_of",
        "frozen_by",
        "verified_by",
        "verified_at",
        "reason",
        "changes",
        "counted_records",
        "keys_hash",
    )
    readonly_fields = fields

    @display(description=_("about"), ordering="subject")
    def about_what(self, value):
        return str(value.about or value.subject)

    @display(description=_("about"), ordering="subject")
    def about_listed(self, value):
        """An alliance by its name, everything else by its key: no row of the list asks for its subject."""
        return str(value.alliance) if value.subject.startswith("alliance:") else value.subject

    @display(description=_("numerator"))
    def shown_numerator(self, value):
        return None if value.numerator is None else number_text(value.numerator)

    @display(description=_("denominator"))
    def shown_denominator(self, value):
        return None if value.denominator is None else number_text(value.denominator)

    @display(description=_("period"), ordering="to_date")
    def span(self, value):
        return str(value.span)

    @display(description=_("formula at that time"))
    def formula(self, value):
        """In the reader's language as long as the formula has not changed since."""
        return value.kpi.formula if value.formula_en == value.kpi.formula_en else value.formula_en

    @display(description=_("value"))
    def shown_value(self, value):
        return value.text

    @display(description=_("verified"), boolean=True)
    def is_verified_value(self, value):
        return value.is_verified

    @display(description=_("since the edition before"))
    def changes(self, value):
        found = {name: len(keys) for name, keys in difference(value).items()}
        return _gettext("added: %(added)d; no longer counted: %(removed)d") % found

    @display(description=_("records behind it"))
    def counted_records(self, value):
        """How many: which they are, their own pages say to whoever may see them."""
        return len(value.keys.get("counted", []))

    def see_also(self, request, obj):
        query = urlencode({"subject": obj.subject})
        return [(_("The figure today"), f"{reverse('admin:reports_figure', args=[obj.kpi.code])}?{query}")]
