"""What every row of the portal has."""

import uuid
from functools import cache

from django.db import models
from django.utils.encoding import force_str
from django.utils.translation import gettext_lazy as _

from portal.core.scoping import ScopedQuerySet


class BaseModel(models.Model):
    """A scoped row with an identifier that may stand in an address."""

    public_id = models.UUIDField(_("identifier"), default=uuid.uuid4, editable=False, unique=True)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    updated_at = models.DateTimeField(_("last changed"), auto_now=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        abstract = True

    def _get_FIELD_display(self, field):
        """The label of a choice, as `get_state_display` asks for it; Django translates all labels to find the one."""
        value = getattr(self, field.attname)
        return force_str(_labels(field).get(value, value), strings_only=True)

    def validate_constraints(self, exclude=None):
        """Columns that follow from others stand in no form; what they break is said there all the same."""
        derived = {field.name for field in self._meta.concrete_fields if not field.editable}
        super().validate_constraints(exclude=set(exclude or ()) - derived)


@cache
def _labels(field: models.Field) -> dict:
    """Values and labels, which stay lazy; no model's choices are a function."""
    return dict(field.flatchoices)


class SourcedModel(BaseModel):
    """A row that says where its content comes from.

    `is_demo` marks invented rows, so that they can be removed in one step and stay out of figures.
    """

    note_en = models.TextField(_("note"), blank=True)
    source = models.TextField(_("source"), blank=True, help_text=_("Document, page address or “invented”."))
    is_demo = models.BooleanField(_("demonstration data"), default=False, editable=False)

    class Meta:
        abstract = True

    def fill_derived(self) -> None:
        """Work out the columns that follow from others. `save` does so by itself; who writes in bulk calls this."""
        self.is_demo = self.source.strip() == "invented"

    def save(self, *args, **kwargs):
        self.fill_derived()
        super().save(*args, **kwargs)
