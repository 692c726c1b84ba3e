"""Keeping, handing out and taking back private files."""

import hashlib
import uuid

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction

from portal.accounts.models import Seat
from portal.core.models import AuditEntry
from portal.documents.models import StoredFile
from portal.documents.services import discard_file, open_file
from portal.documents.uploads import SCANS
from tests.documents.samples import HEIC, PDF, sheet


def test_a_stored_file_remembers_what_it_is(desks, store):
    stored = store(name="../旅券.pdf")
    assert (stored.name, stored.kind, stored.size, stored.media_type) == (
        "旅券.pdf",
        "passport",
        len(PDF),
        "application/pdf",
    )
    assert stored.sha256 == hashlib.sha256(PDF).hexdigest()
    assert (stored.about, stored.about_label) == (desks.record, str(desks.record))
    assert (stored.owner, stored.uploaded_by) == (desks.fay, desks.fay)
    assert stored.file.open("rb").read() == PDF


def test_the_name_in_the_storage_tells_nothing(store):
    first, second = store(name="secret.pdf"), store(name="secret.pdf")
    assert first.file.name != second.file.name
    assert "secret" not in first.file.name and "/" in first.file.name


def test_an_upload_is_on_the_timeline_of_its_record(desks, store):
    store()
    entry = AuditEntry.objects.get(verb="documents.upload")
    assert (entry.target_id, entry.actor, entry.detail) == (
        str(desks.record.pk),
        desks.fay,
        {"file": "passport.pdf", "kind": "passport"},
    )


def test_a_refused_upload_leaves_nothing(store):
    for content, changes in ((HEIC, {}), (sheet(), {"allowed": SCANS}), (PDF, {"max_bytes": 10})):
        with pytest.raises(ValidationError):
            store(content, **changes)
    assert not StoredFile.objects.exists() and not AuditEntry.objects.exists()


def test_a_file_that_cannot_be_recorded_leaves_no_bytes_behind(desks, store, monkeypatch):
    storage = StoredFile._meta.get_field("file").storage
    kept = []
    save = type(storage).save
    monkeypatch.setattr(type(storage), "save", lambda *args, **kw: kept.append(save(*args, **kw)) or kept[-1])
    with pytest.raises((IntegrityError, ValueError)), transaction.atomic():
        store(kind=None)
    assert len(kept) == 1 and not storage.exists(kept[0])


@pytest.mark.parametrize(
    ("reader", "reaches"), [("fay", True), ("nora", True), ("noel", True), ("root", True), ("sol", False)]
)
def test_a_file_opens_to_its_owner_and_to_whoever_reaches_the_record(desks, store, reader, reaches):
    stored, user = store(), getattr(desks, reader)
    assert StoredFile.objects.visible_to(user).filter(pk=stored.pk).exists() is reaches
    if reaches:
        assert open_file(public_id=stored.public_id, actor=user) == stored
    else:
        with pytest.raises(StoredFile.DoesNotExist):
            open_file(public_id=stored.public_id, actor=user)


def test_a_missing_file_fails_like_a_foreign_one(desks, store):
    store()
    with pytest.raises(StoredFile.DoesNotExist):
        open_file(public_id=uuid.uuid4(), actor=desks.sol)


def test_who_uploaded_a_file_loses_it_with_the_record(desks, store):
    stored = store(actor=desks.nora)
    Seat.objects.filter(user=desks.nora).delete()
    nora = type(desks.nora).objects.get(pk=desks.nora.pk)
    assert not StoredFile.objects.visible_to(nora).filter(pk=stored.pk).exists()


def test_a_file_about_nothing_is_its_owners_alone(desks, store):
    stored = store(about=None)
    assert list(StoredFile.objects.visible_to(desks.fay)) == [stored]
    assert not StoredFile.objects.visible_to(desks.nora).exists()
    with pytest.raises(StoredFile.DoesNotExist):
        open_file(public_id=stored.public_id, actor=desks.nora)


def test_a_public_record_does_not_publish_its_files(desks, store):
    stored = store(about=desks.north, owner=None, actor=desks.nora, kind="agreement")
    assert type(desks.north).objects.visible_to(desks.sol).filter(pk=desks.north.pk).exists()
    assert not StoredFile.objects.visible_to(desks.sol).exists()
    with pytest.raises(StoredFile.DoesNotExist):
        open_file(public_id=stored.public_id, actor=desks.sol)
    assert list(StoredFile.objects.visible_to(desks.nora)) == [stored]


def test_a_record_may_restrict_its_files_further(desks, store, monkeypatch):
    reference, passport = store(kind="reference", owner=None, actor=desks.nora), store()
    rule = lambda record, user, stored: stored.kind != "reference" or user != record.user  # noqa: E731
    monkeypatch.setattr(Seat, "may_read_file", rule, raising=False)
    with pytest.raises(StoredFile.DoesNotExist):
        open_file(public_id=reference.public_id, actor=desks.fay)
    assert open_file(public_id=reference.public_id, actor=desks.nora) == reference
    assert open_file(public_id=passport.public_id, actor=desks.fay) == passport


def test_reading_somebody_elses_file_leaves_a_trace_and_reading_ones_own_does_not(desks, store):
    stored = store()
    for reader in (desks.fay, desks.nora):
        open_file(public_id=stored.public_id, actor=reader)
    entry = AuditEntry.objects.get(verb="documents.download")
    assert (entry.actor, entry.target_id, entry.target_label) == (desks.nora, str(stored.pk), "passport.pdf")


@pytest.mark.django_db(transaction=True)
def test_a_file_taken_back_is_gone_and_the_record_says_so(desks, store):
    stored = store()
    storage, name = stored.file.storage, stored.file.name
    discard_file(stored_file=stored, actor=desks.fay)
    assert not storage.exists(name) and not StoredFile.objects.exists()
    assert AuditEntry.objects.get(verb="documents.discard").target_id == str(desks.record.pk)


@pytest.mark.parametrize("stranger", ["nora", "sol"])
def test_nobody_else_takes_a_file_back(desks, store, stranger):
    stored = store()
    with pytest.raises(PermissionDenied):
        discard_file(stored_file=stored, actor=getattr(desks, stranger))
    assert StoredFile.objects.filter(pk=stored.pk).exists()


def test_lists_cost_the_same_for_one_file_and_many(desks, store, django_assert_num_queries):
    for _count in range(3):
        store()
    nora = type(desks.nora).objects.get(pk=desks.nora.pk)
    assert nora.scope.is_desk
    with django_assert_num_queries(2):
        assert len(StoredFile.objects.visible_to(nora)) == 3
