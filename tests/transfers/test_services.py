import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.storage import storages
from django.utils import timezone

from portal.core.models import AuditEntry
from portal.programmes.models import Programme
from portal.transfers import registry, services
from portal.transfers.models import ImportJob
from portal.transfers.problems import FileError

pytestmark = pytest.mark.django_db
CONTENT = (
    "code,owner_org_code,name_en,kind,direction\n"
    "north-programme,north-host,Renamed,fellowship,inbound\n"
    "new,north-host,New one,internship,inbound\n"
)


@pytest.fixture
def programmes():
    return registry.find("programmes")


@pytest.fixture
def checked(world, programmes):
    return upload(world.north.manager, programmes)


def upload(user, resource, content=CONTENT):
    return services.check_upload(content=content.encode(), file_name="programmes.csv", resource=resource, actor=user)


def test_looking_writes_nothing_but_the_job(checked):
    assert checked.state == ImportJob.State.CHECKED
    assert (checked.created, checked.changed) == (1, 1)
    assert not Programme.objects.filter(code="new").exists()
    assert not AuditEntry.objects.filter(verb__startswith="transfers.").exists()


def test_the_preview_shows_each_changed_cell(checked):
    changed, created = checked.previews
    assert (changed["number"], changed["action"], changed["name"]) == (2, "changed", "north-programme")
    assert {"column": "name_en", "old": "North programme", "new": "Renamed"} in changed["changes"]
    assert (created["number"], created["action"], created["name"]) == (3, "created", "new")


def test_confirming_imports_what_was_shown_and_forgets_the_file(
    world, programmes, checked, django_capture_on_commit_callbacks
):
    stored = checked.file.name
    with django_capture_on_commit_callbacks(execute=True):
        job = services.confirm_import(job=checked, actor=world.north.manager, resource=programmes)
    assert job.state == ImportJob.State.CONFIRMED
    assert Programme.objects.get(code="north-programme").name_en == "Renamed"
    assert not storages["private"].exists(stored)
    entry = AuditEntry.objects.get(verb="transfers.imported")
    assert (entry.actor, entry.detail["created"], entry.detail["changed"]) == (world.north.manager, 1, 1)


def test_an_import_is_confirmed_once(world, programmes, checked):
    services.confirm_import(job=checked, actor=world.north.manager, resource=programmes)
    with pytest.raises(services.NotConfirmable, match="already"):
        services.confirm_import(job=checked, actor=world.north.manager, resource=programmes)


def test_a_record_that_changed_meanwhile_stops_the_import(world, programmes, checked):
    Programme.objects.filter(code="north-programme").update(name_en="Somebody was faster")
    with pytest.raises(services.NotConfirmable, match="changed since you looked"):
        services.confirm_import(job=checked, actor=world.north.manager, resource=programmes)
    assert not Programme.objects.filter(code="new").exists()
    checked.refresh_from_db()
    assert checked.state == ImportJob.State.CHECKED
    assert {"column": "name_en", "old": "Somebody was faster", "new": "Renamed"} in checked.previews[0]["changes"]
    job = services.confirm_import(job=checked, actor=world.north.manager, resource=programmes)
    assert job.state == ImportJob.State.CONFIRMED


def test_a_refused_file_cannot_be_confirmed(world, programmes):
    job = upload(world.north.manager, programmes, CONTENT.replace("internship", "holiday"))
    assert (job.state, job.refused) == (ImportJob.State.REFUSED, 1)
    assert job.problems[0]["column"] == "kind"
    with pytest.raises(services.NotConfirmable):
        services.confirm_import(job=job, actor=world.north.manager, resource=programmes)


def test_nobody_else_confirms_or_discards_an_import(world, programmes, checked):
    for other in (world.north.alliance_admin, world.south.manager):
        with pytest.raises(PermissionDenied):
            services.confirm_import(job=checked, actor=other, resource=programmes)
        with pytest.raises(PermissionDenied):
            services.discard_import(job=checked, actor=other)


def test_a_seat_that_was_taken_away_meanwhile_takes_the_import_with_it(world, programmes, checked):
    world.north.manager.seats.all().delete()
    manager = type(world.north.manager).objects.get(pk=world.north.manager.pk)
    with pytest.raises(PermissionDenied):
        services.confirm_import(job=checked, actor=manager, resource=programmes)


def test_what_nobody_confirms_is_deleted_with_its_file(checked, django_capture_on_commit_callbacks):
    stored = checked.file.name
    assert services.expire_imports(now=timezone.now()) == 0
    with django_capture_on_commit_callbacks(execute=True):
        assert services.expire_imports(now=timezone.now() + dt.timedelta(hours=2)) == 1
    assert services.expire_imports(now=timezone.now() + dt.timedelta(hours=2)) == 0
    checked.refresh_from_db()
    assert (checked.state, checked.previews) == (ImportJob.State.EXPIRED, [])
    assert not storages["private"].exists(stored)


def test_a_file_that_cannot_be_read_leaves_no_job(world, programmes):
    with pytest.raises(FileError):
        upload(world.north.manager, programmes, "")
    assert not ImportJob.objects.exists()


def test_the_number_of_rows_over_the_web_is_limited(world, programmes, monkeypatch):
    monkeypatch.setattr(services, "MAX_UPLOAD_ROWS", 1)
    job = upload(world.north.manager, programmes)
    assert job.state == ImportJob.State.REFUSED
    assert (job.problems[-1]["row"], job.problems[-1]["column"]) == (3, "")
    assert "more than 1 rows" in job.problems[-1]["message"]
