"""Keeping, handing out and taking back private files."""

import hashlib
import uuid

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied
from django.core.files.base import ContentFile
from django.db import models, transaction

from portal.core import audit
from portal.documents.models import StoredFile
from portal.documents.rules import may_discard, may_read
from portal.documents.uploads import ANY_DOCUMENT, check_upload


@transaction.atomic
def store_upload(
    *,
    upload,
    kind: str,
    about: models.Model | None,
    owner,
    actor,
    allowed: tuple[str, ...] = ANY_DOCUMENT,
    max_bytes: int | None = None,
) -> StoredFile:
    """Keep an uploaded file about a record; the caller has decided that the actor may add one.

    `allowed` are codes of `uploads.TYPES`. Raises ValidationError with one sentence on what is wrong and what to do.
    """
    checked = check_upload(upload, allowed=allowed, max_bytes=max_bytes or settings.MAX_UPLOAD_BYTES)
    stored = store_content(
        content=checked.content,
        name=checked.name,
        content_type=checked.content_type,
        kind=kind,
        about=about,
        owner=owner,
        actor=actor,
    )
    # What is not the person's own (a reference about her) is not on her timeline.
    audience = audit.APPLICANT if stored.owner_id else audit.DESKS
    audit.record("documents.upload", about or stored, actor=actor, audience=audience, file=stored.name, kind=kind)
    return stored


def store_content(
    *, content: bytes, name: str, content_type: str, kind: str, about: models.Model | None, owner, actor
) -> StoredFile:
    """Keep bytes that the portal itself made or has checked."""
    stored = StoredFile(
        kind=kind,
        name=name,
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        media_type=content_type,
        owner=_signed_in(owner),
        uploaded_by=_signed_in(actor),
        **about_fields(about),
    )
    stored.file.save(name, ContentFile(content), save=False)
    try:
        stored.save()
    except Exception:
        stored.file.delete(save=False)
        raise
    return stored


@transaction.atomic
def open_file(*, public_id: uuid.UUID, actor) -> StoredFile:
    """The file, for a person who may read it; StoredFile.DoesNotExist where it is missing or foreign, alike.

    Reading a file of somebody else leaves an audit entry.
    """
    stored = StoredFile.objects.get_visible(actor, public_id=public_id)
    if not may_read(actor, stored):
        raise StoredFile.DoesNotExist
    if stored.owner_id != actor.pk:
        audit.record("documents.download", stored, actor=actor, about=stored.about_label, kind=stored.kind)
    return stored


@transaction.atomic
def discard_file(*, stored_file: StoredFile, actor) -> None:
    """Take an uploaded file back; the bytes go when the transaction has ended well."""
    if not may_discard(actor, stored_file):
        raise PermissionDenied
    if (about := stored_file.about) is not None:
        audience = audit.APPLICANT if stored_file.owner_id else audit.DESKS
        detail = {"file": stored_file.name, "kind": stored_file.kind}
        audit.record("documents.discard", about, actor=actor, audience=audience, **detail)
    storage, name = stored_file.file.storage, stored_file.file.name
    stored_file.delete()
    transaction.on_commit(lambda: storage.delete(name))


def about_fields(about: models.Model | None) -> dict:
    """The columns that tie a row to a record."""
    if about is None:
        return {}
    return {
        "content_type": ContentType.objects.get_for_model(about),
        "object_id": str(about.pk),
        "about_label": str(about)[:300],
    }


def _signed_in(user):
    return user if user is not None and user.is_authenticated else None
