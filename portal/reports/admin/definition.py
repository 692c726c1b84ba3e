"""Figures, targets and published values at the desk."""

from django.contrib import admin
from django.urls import path
from django.utils.translation import gettext_lazy as _

from portal.core.admin_base import ScopedModelAdmin, ScopedReadOnlyAdmin, ScopedTabularInline, worded
from portal.figures.wording import number_text
from portal.reports.models import KpiDefinition, KpiObservation, KpiTarget
from portal.reports.terms import denominator_in_words, quality_in_words, scope_in_words, source_in_words
from portal.reports.views import figures
from portal.transfers.admin_base import TransferAdminMixin


class TargetInline(ScopedTabularInline):
    model = KpiTarget
    fields = readonly_fields = ("comparator", "target", "from_date", "by_date", "whose")
    target = worded("target_value", number_text, _("target"))
    whose = worded("scope", scope_in_words, _("for"))


class ObservationInline(ScopedTabularInline):
    model = KpiObservation
    fields = ("subject_code", "number", "unit", "from_date", "to_date", "quality_shown")
    readonly_fields = fields
    number = worded("value", number_text, _("value"))
    quality_shown = worded("quality", quality_in_words, _("quality"))


@admin.register(KpiDefinition)
class KpiDefinitionAdmin(TransferAdminMixin, ScopedReadOnlyAdmin):
    list_display = ("code", "name", "unit", "aggregation", "basis")
    list_filter = ("app", "basis")
    search_fields = ("code", "name_en", "name_ja")
    fields = (
        "code", "name_en", "name_ja", "app", "unit", "aggregation", "basis", "formula_en", "formula_ja", "per",
        "from_where", "note_en",
    )  # fmt: skip
    readonly_fields = fields
    inlines = (TargetInline, ObservationInline)
    per = worded("denominator_en", denominator_in_words, _("denominator"))
    from_where = worded("source", source_in_words, _("source"))

    def get_urls(self):
        def page(route, view, name):
            return path(route, self.admin_site.admin_view(view), name=name)

        return [
            page("figures/", figures.figures, "reports_figures"),
            page("figures/freeze/", figures.freeze_figures, "reports_freeze"),
            page("figures/export/<slug:form>/", figures.export, "reports_figures_export"),
            page("figures/<slug:code>/", figures.figure, "reports_figure"),
            *super().get_urls(),
        ]


@admin.register(KpiTarget)
class KpiTargetAdmin(TransferAdminMixin, ScopedModelAdmin):
    list_display = ("kpi", "comparator", "target", "by_date", "whose")
    list_filter = ("comparator",)
    list_select_related = ("kpi",)
    search_fields = ("kpi__code", "kpi__name_en", "kpi__name_ja", "text_en", "text_ja")
    target = worded("target_value", number_text, _("target"))
    whose = worded("scope", scope_in_words, _("for"))
    date_range = "by_date"


@admin.register(KpiObservation)
class KpiObservationAdmin(TransferAdminMixin, ScopedModelAdmin):
    list_display = ("kpi", "subject_code", "number", "unit", "from_date", "to_date", "quality_shown")
    list_filter = ("period_kind",)
    list_select_related = ("kpi",)
    search_fields = ("kpi__code", "kpi__name_en", "kpi__name_ja", "subject_code")
    number = worded("value", number_text, _("value"))
    quality_shown = worded("quality", quality_in_words, _("quality"))
