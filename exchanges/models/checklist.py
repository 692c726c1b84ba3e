"""Checklist templates: what has to be done around a stay, by whom, counted from its first or last day."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.accounts.roles import Role
from portal.core.bilingual import bilingual
from portal.core.models import SourcedModel
from portal.core.scoping import EVERYONE

HOST_COUNTRIES = {"jp": _("Japan"), "us": _("United States"), "any": _("any country")}
# Owners of checklist items that are no seat: the fellow, and the export officer of the home side.
OWNER_ROLES = [*Role.choices, ("home_export_officer", _("export control officer of the home side"))]

CONDITIONS = {
    "always": _("always"),
    "Argonne or Fermilab visit": _("visit to Argonne or Fermilab"),
    "costs are paid": _("costs are paid"),
    "extension": _("the stay is extended"),
    "laboratory work": _("work in a laboratory"),
    "paid by host": _("paid by the host"),
    "RA employment": _("employed as a research assistant"),
    "registered resident": _("registered resident"),
    "restricted or radiation area": _("restricted or radiation area"),
    "salary or fee is paid": _("salary or fee is paid"),
    "site is KEK": _("the site is KEK"),
    "stay passes six months": _("the stay passes six months"),
}


class ChecklistTemplate(SourcedModel):
    code = models.SlugField(_("code"), max_length=40, unique=True)
    name_en = models.CharField(_("name in English"), max_length=200)
    name_ja = models.CharField(_("name in Japanese"), max_length=200, blank=True)
    direction_from_jp_view = models.CharField(
        _("direction seen from Japan"),
        max_length=10,
        choices=[("inbound", _("inbound")), ("outbound", _("outbound")), ("domestic", _("domestic"))],
    )
    host_country = models.CharField(_("host country"), max_length=3, choices=HOST_COUNTRIES)
    min_days = models.PositiveIntegerField(_("from days"), null=True, blank=True)
    max_days = models.PositiveIntegerField(_("to days"), null=True, blank=True)
    status_en = models.TextField(_("status of residence"), blank=True)

    name = bilingual("name", _("name"))

    class Meta:
        verbose_name = _("checklist template")
        verbose_name_plural = _("checklist templates")
        ordering = ("code",)

    class Scoping:
        public = EVERYONE

    def __str__(self):
        return self.name


class ChecklistItem(SourcedModel):
    """One line of a template. `offset` counts from the anchor day; negative is before."""

    template = models.ForeignKey(
        ChecklistTemplate, verbose_name=_("template"), on_delete=models.CASCADE, related_name="items"
    )
    item_code = models.SlugField(_("item"), max_length=20)
    sort_order = models.PositiveSmallIntegerField(_("order"))
    anchor = models.CharField(
        _("counted from"), max_length=5, choices=[("start", _("first day")), ("end", _("last day"))]
    )
    offset = models.SmallIntegerField(_("offset"))
    offset_unit = models.CharField(
        _("unit"), max_length=15, choices=[("days", _("days")), ("business_days", _("business days"))], default="days"
    )
    owner_role = models.CharField(_("owner"), max_length=30, choices=OWNER_ROLES)
    text_en = models.TextField(_("text in English"))
    text_ja = models.TextField(_("text in Japanese"), blank=True)
    blocking = models.BooleanField(_("blocks arrival or closing"), default=False)
    applies_if = models.CharField(_("applies if"), max_length=60, default="always")

    text = bilingual("text", _("text"))

    class Meta:
        verbose_name = _("checklist item")
        verbose_name_plural = _("checklist items")
        ordering = ("template", "sort_order")
        constraints = [models.UniqueConstraint(fields=("template", "item_code"), name="checklist_item_once")]

    class Scoping:
        public = EVERYONE

    def __str__(self):
        return f"{self.item_code} {self.text}"[:120]

    @property
    def condition(self) -> str:
        """When the line applies; a condition that nobody knows stands for itself, and the line stays on the list."""
        return str(CONDITIONS.get(self.applies_if, self.applies_if))
