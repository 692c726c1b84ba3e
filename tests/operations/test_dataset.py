"""The data set is complete in the import, and is imported once for each of its versions."""

import io

import pytest
from django.core.management import CommandError, call_command

from portal.operations import dataset
from portal.operations.models import LoadedDataset


def test_every_file_of_the_data_set_is_a_table_of_the_import():
    assert set(dataset.files()) == set(dataset.FOLDER.glob("*.csv"))


def test_the_digest_follows_the_files(tmp_path, monkeypatch):
    before = dataset.digest()
    for file in dataset.files():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    monkeypatch.setattr(dataset, "FOLDER", tmp_path)
    assert dataset.digest() == before
    with (tmp_path / "alliances.csv").open("a") as file:
        file.write("\n")
    assert dataset.digest() != before


@pytest.mark.django_db
def test_a_data_set_that_was_loaded_is_not_loaded_again(django_assert_max_num_queries):
    LoadedDataset.objects.create(digest=dataset.digest())
    out = io.StringIO()
    with django_assert_max_num_queries(1):
        call_command("load_demo", stdout=out)
    assert out.getvalue() == ""


@pytest.mark.django_db
def test_a_newer_data_set_that_contradicts_what_happened_here_is_left_out():
    from startups.models import Cohort

    call_command("load_demo", stdout=io.StringIO())
    Cohort.objects.filter(code="demo-joint-2027").update(state="selecting")
    LoadedDataset.objects.update(digest="of an older version")
    out, err = io.StringIO(), io.StringIO()
    call_command("load_demo", stdout=out, stderr=err)
    assert "keeps the data it has" in out.getvalue() and "cohorts.csv" in err.getvalue()
    assert Cohort.objects.get(code="demo-joint-2027").state == "selecting"
    with pytest.raises(CommandError):  # an empty portal must not start half full
        LoadedDataset.objects.all().delete()
        call_command("load_demo", stdout=io.StringIO(), stderr=io.StringIO())


@pytest.mark.django_db
def test_loading_fills_the_tables_and_the_second_time_changes_nothing():
    from portal.alliances.models import Alliance, Organisation
    from portal.core.models import AuditEntry

    out = io.StringIO()
    call_command("load_demo", stdout=out)
    assert "Importing the data set" in out.getvalue()
    assert Alliance.objects.count() > 1
    counts = Organisation.objects.count(), AuditEntry.objects.count()
    LoadedDataset.objects.all().delete()
    call_command("load_demo", stdout=io.StringIO())
    assert Organisation.objects.count() == counts[0] > 10
