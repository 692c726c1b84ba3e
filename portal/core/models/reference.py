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
    action_en = models.CharField(_("step in English"), max_length=100)
    action_ja = models.CharField(_("step in Japanese"), max_length=100, blank=True)
    actor = models.CharField(_("who"), max_length=200)
    condition_or_documents_en = models.TextField(_("condition or papers in English"), blank=True)
    condition_or_documents_ja = models.TextField(_("condition or papers in Japanese"), blank=True)
    deadline_en = models.CharField(_("deadline in English"), max_length=100, blank=True)
    deadline_ja = models.CharField(_("deadline in Japanese"), max_length=100, blank=True)
    from_is_initial = models.BooleanField(_("starts here"), default=False)
    to_is_final = models.BooleanField(_("ends here"), default=False)

    action = bilingual("action", _("step"))
    condition_or_documents = bilingual("condition_or_documents", _("condition or papers"))
    deadline = bilingual("deadline", _("deadline"))

    class Meta:
        verbose_name = _("life-cycle step")
        verbose_name_plural = _("life cycles")
        ordering = ("entity", "sort_order")
        constraints = [models.UniqueConstraint(fields=("entity", "sort_order"), name="lifecycle_step_once")]

    class Scoping:
        public = EVERYONE

    def __str__(self):
        return f"{self.get_entity_display()}: {self.action}"


class RetentionRule(SourcedModel):
    """How long a class of data is kept, counted from what, and what happens then."""

    code = models.SlugField(_("code"), unique=True)
    name_en = models.CharField(_("name in English"), max_length=200)
    name_ja = models.CharField(_("name in Japanese"), max_length=200, blank=True)
    data_en = models.TextField(_("data in English"))
    data_ja = models.TextField(_("data in Japanese"), blank=True)
    keep_for_en = models.CharField(_("keep for, in English"), max_length=100)
    keep_for_ja = models.CharField(_("keep for, in Japanese"), max_length=100, blank=True)
    counted_from_en = models.CharField(_("counted from, in English"), max_length=200, blank=True)
    counted_from_ja = models.CharField(_("counted from, in Japanese"), max_length=200, blank=True)
    then_en = models.CharField(_("then, in English"), max_length=200, blank=True)
    then_ja = models.CharField(_("then, in Japanese"), max_length=200, blank=True)

    name = bilingual("name", _("name"))
    data = bilingual("data", _("data"))
    keep_for = bilingual("keep_for", _("keep for"))
    counted_from = bilingual("counted_from", _("counted from"))
    then = bilingual("then", _("then"))

    class Meta:
        verbose_name = _("retention rule")
        verbose_name_plural = _("retention rules")
        ordering = ("code",)

    class Scoping:
        public = EVERYONE

    def __str__(self):
        return self.name
