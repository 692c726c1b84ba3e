"""One row of any model, with everything around it: for tests that walk through all models."""

import datetime as dt
import itertools

from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.utils import timezone

_numbers = itertools.count(1)
# Columns whose values must have a certain form.
FORMED = {
    "timezone": "Asia/Tokyo",
    "offsets": "-14d",
    "language": "en",
    "ui_language": "en",
    "accent": "",
    "cost_currency": "JPY",
    "calendar_method": "REQUEST",
}
CHECKED_BY_SAVE = {"orcid", "ror_id", "doi"}  # their models refuse what is not well formed
DERIVED = {"lineage", "search_key"}
ONLY_TOGETHER = {
    "claim_token",
    "lease_until",
    "sent_at",
    "verified_at",
    "verified_by",
}  # filled by services, all at once
UNTOUCHED = CHECKED_BY_SAVE | DERIVED | ONLY_TOGETHER
# Relations that may be empty, but not in a row like the ones made here.
NEEDED = {"workshops.Delegate.company", "startups.Showcase.consent_by", "programmes.Call.programme"}
SHORTEST_FREE_TEXT = 40


def make(model: type[models.Model], *, mark: str = "word", deep: bool = True, **given) -> models.Model:
    """A saved row whose free texts begin with `mark`; `deep` also fills relations that may be empty."""
    number = next(_numbers)
    for field in model._meta.concrete_fields:
        if field.primary_key or field.name in given or field.name in UNTOUCHED:
            continue
        if field.is_relation:
            if field.remote_field.model is ContentType or field.remote_field.model is model:
                continue
            if deep or not field.null or f"{model._meta.label}.{field.name}" in NEEDED:
                given[field.name] = make(field.remote_field.model, mark=mark, deep=False)
        elif not field.has_default():
            given[field.name] = _value(model, field, number, mark)
    row = model(**{name: value for name, value in given.items() if value is not None})
    row.save()
    return row


def _value(model, field, number: int, mark: str):
    if field.name in FORMED:
        return FORMED[field.name]
    if field.choices:
        return None if field.blank else next(value for value, _label in field.flatchoices if value)
    if isinstance(field, models.EmailField):
        return f"{mark}-{number}@example.org"
    if isinstance(field, models.CharField | models.TextField):
        text = f"{mark}-{model._meta.model_name}-{field.name}-{number}".replace("_", "-")
        length = field.max_length or 1000
        if length >= SHORTEST_FREE_TEXT:
            return text if len(text) <= length else f"{mark}-{number}"
        return f"{number:06d}"[-field.max_length :]
    if isinstance(field, models.DateTimeField):
        return timezone.now() + dt.timedelta(hours=1 if field.name.startswith("end") else 0)
    if isinstance(field, models.TimeField):
        return None if field.null else dt.time(9)
    if isinstance(field, models.DateField):
        return timezone.localdate()
    if isinstance(field, models.DecimalField | models.IntegerField):
        return number % 90 + 1  # small enough for percentages, and a size
    if isinstance(field, models.JSONField):
        return {}
    if isinstance(field, models.FileField):
        return f"{number}.bin"
    return None
