"""Files and letters are reached through the record they are about."""

from django.contrib.contenttypes.models import ContentType
from django.db.models import CharField, Q
from django.db.models.functions import Cast

from portal.core.models.audit import AppendOnlyError
from portal.core.scoping import ScopedQuerySet, scope_of


class AboutQuerySet(ScopedQuerySet):
    """Rows about other records, which open to their owner and to whoever reaches the record."""

    def about(self, record):
        return self.filter(content_type=ContentType.objects.get_for_model(record), object_id=str(record.pk))

    def visible_to(self, user):
        if scope_of(user).is_global:
            return self
        rows = Q(pk__in=super().visible_to(user).values("pk"))
        for content_type in self._types_in_use():
            if (reached := records_reached(content_type.model_class(), user)) is not None:
                ids = reached.annotate(pk_text=Cast("pk", CharField())).values("pk_text")
                rows |= Q(content_type=content_type, object_id__in=ids)
        return self.filter(rows)

    def get_visible(self, user, **lookup):
        """One row by `visible_to`, or DoesNotExist; asks about its own record only, however many the person reaches."""
        row = self.get(**lookup)
        if scope_of(user).is_global or super().visible_to(user).filter(pk=row.pk).exists():
            return row
        if row.content_type_id is not None:
            model = ContentType.objects.get_for_id(row.content_type_id).model_class()
            reached = records_reached(model, user)
            if reached is not None and reached.filter(pk=row.object_id).exists():
                return row
        raise self.model.DoesNotExist

    def _types_in_use(self):
        used = self.model._base_manager.order_by().values_list("content_type_id", flat=True).distinct()
        return [ContentType.objects.get_for_id(pk) for pk in used if pk is not None]


def records_reached(model, user):
    """Records whose files the person may read, or None where the kind of record has no readers.

    A record that the public may see does not publish its files: those open to its desk only (a signed agreement).
    """
    if model is None or not issubclass(type(model._default_manager.all()), ScopedQuerySet):
        return None
    rows = model._default_manager.all()
    is_public = getattr(getattr(model, "Scoping", None), "public", None) is not None
    return rows.editable_by(user) if is_public else rows.visible_to(user)


class LetterQuerySet(AboutQuerySet):
    def current(self):
        return self.filter(superseded_by=None)

    def update(self, **kwargs):
        raise AppendOnlyError("an issued letter is never changed, only superseded")

    def delete(self):
        raise AppendOnlyError("an issued letter is never deleted, only superseded")
