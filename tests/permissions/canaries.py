"""Marks every text of one alliance's records, so that it is recognised wherever it comes out."""

from django.apps import apps
from django.contrib.auth.models import AnonymousUser
from django.db import models

from portal.accounts.models import Person, User
from portal.core.scoping import ScopedQuerySet
from tests.factories.world import Side

CANARY = "CNRY-S"
SHORTEST_FREE_TEXT = 40
# Texts that the portal reads itself.
SPOKEN_BY_THE_PORTAL = {
    "timezone", "lineage", "search_key", "token_hash", "sha256", "digest", "media_type", "object_id", "verb",
    "target_type", "target_id", "portal_roles", "orcid", "ror_id", "doi", "password", "table", "claim_token",
}  # fmt: skip


def newest() -> dict[type[models.Model], int]:
    """The last row of every table, to know later which rows came after."""
    return {model: _rows(model).aggregate(last=models.Max("pk"))["last"] or 0 for model in _scoped()}


def mark(side: Side, *, after: dict[type[models.Model], int], text: str = "") -> set[str]:
    """Write a canary, or this text, into what was made after that and into the side's people. Returns the kinds.

    What everybody may read is left alone."""
    marked = set()
    for model in _scoped():
        rows = _rows(model).filter(pk__gt=after[model])
        if model is Person or model is User:
            rows = _rows(model).filter(email__endswith=f"@{side.alliance.code}.example.org")
        public = model._default_manager.visible_to(AnonymousUser()).values("pk")
        rows = rows.exclude(pk__in=public)
        for row in rows:
            texts = {field.attname: _text(field, row, text) for field in model._meta.concrete_fields if _is_free(field)}
            if texts:
                _rows(model).filter(pk=row.pk).update(**texts)
                marked.add(model._meta.label)
    return marked


def _scoped() -> list[type[models.Model]]:
    return [model for model in apps.get_models() if isinstance(model._default_manager.all(), ScopedQuerySet)]


def _rows(model) -> models.QuerySet:
    return models.QuerySet(model)  # past the managers: some refuse updates


def _is_free(field) -> bool:
    if not isinstance(field, models.CharField | models.TextField) or field.choices:
        return False
    if isinstance(field, models.SlugField | models.URLField) or field.name in SPOKEN_BY_THE_PORTAL:
        return False
    return (field.max_length or 1000) >= SHORTEST_FREE_TEXT


def _text(field, row, given: str) -> str:
    canary = f"{CANARY}-{row._meta.model_name}-{field.name}-{row.pk}"[: field.max_length].replace("_", "-")
    if isinstance(field, models.EmailField):
        return f"{canary}@example.org"
    if not given:
        return canary
    key = f" {row.pk}"  # because some names are there once in their record only
    return given[: field.max_length and field.max_length - len(key)] + key
