"""Reference tables of the whole portal: glossary, life cycles as published, retention."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.core.bilingual import bilingual
from portal.core.entities import ENTITIES
from portal.core.models.base import SourcedModel
from portal.core.scoping import EVERYONE


class GlossaryTerm(SourcedModel):
    """A term in both languages and the place in the portal that carries it."""

    app = models.CharField(_("part"), max_length=40)
    term_en = models.CharField(_("English"), max_length=200)
    term_ja = models.CharField(_("Japanese"), max_length=200)
    model_or_field = models.CharField(_("model or field"), max_length=200, blank=True)

    term = bilingual("term")

    class Meta:
        verbose_name = _("glossary term")
        verbose_name_plural = _("glossary")
        ordering = ("app", "term_en")
        constraints = [models.UniqueConstraint(fields=("app", "term_en"), name="glossary_term_once")]

    class Scoping:
        public = EVERYONE

    def __str__(self):
        return self.term


class LifecycleStep(SourcedModel):
    """One published transition of a life cycle; the running state machines are tested against these rows."""

    entity = models.CharField(_("record"), max_length=40, choices=ENTITIES)
    sort_order = models.PositiveIntegerField(_("order"))
    from_states = models.CharField(pgettext_lazy("state", "from"), max_length=200)
    to_state = models.CharField(pgettext_lazy("state", "to"), max_length=40)
    action_en = models.CharField(_("step"), max_length=100)
    actor = models.CharField(_("who"), max_length=200)
    condition_or_documents_en = models.TextField(_("condition or papers"), blank=True)
    deadline_en = models.CharField(_("deadline"), max_length=100, blank=True)
    from_is_initial = models.BooleanField(_("starts here"), default=False)
    to_is_final = models.BooleanField(_("ends here"), default=False)

    class Meta:
        verbose_name = _("life-cycle step")
        verbose_name_plural = _("life cycles")
        ordering = ("entity", "sort_order")
        constraints = [models.UniqueConstraint(fields=("entity", "sort_order"), name="lifecycle_step_once")]

    class Scoping:
        public = EVERYONE

    def __str__(self):
        return f"{self.entity}: {self.action_en}"


class RetentionRule(SourcedModel):
    """How long a class of data is kept, counted from what, and what happens then."""

    code = models.SlugField(_("code"), unique=True)
    name_en = models.CharField(_("name"), max_length=200)
    data_en = models.TextField(_("data"))
    keep_for = models.CharField(_("keep for"), max_length=100)
    counted_from = models.CharField(_("counted from"), max_length=200, blank=True)
    then = models.CharField(_("then"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("retention rule")
        verbose_name_plural = _("retention rules")
        ordering = ("code",)

    class Scoping:
        public = EVERYONE

    def __str__(self):
        return self.name_en
