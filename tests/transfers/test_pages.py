"""Upload, look, confirm and result in the admin, and the exports of its lists."""

import csv
import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl import load_workbook

from portal.alliances.models import Agreement
from portal.core.models import AuditEntry
from portal.programmes.models import Programme
from portal.transfers import registry
from portal.transfers.models import ImportJob

pytestmark = pytest.mark.django_db
HEADER = "code,owner_org_code,name_en,kind,direction\n"
GOOD = HEADER + "north-programme,north-host,Renamed,fellowship,inbound\nnew,north-host,New one,internship,inbound\n"
BAD = HEADER + (
    "one,north-host,=1+1,internship,inbound\n"
    "two,nowhere,Two,internship,inbound\n"
    "three,north-host,Three,holiday,inbound\n"
)


@pytest.fixture
def at_desk(client, settings):
    """Sign a person in as far as the admin."""
    settings.PORTAL_DEMO = True

    def sign_in(user):
        client.force_login(user, backend="portal.accounts.backends.SignInBackend")
        session = client.session
        session["demo_sign_in"] = True
        session.save()
        client.cookies["django_language"] = "en"
        return client

    return sign_in


def upload(client, content: str | bytes, *, table="programmes", name="programmes.csv", follow=True):
    content = content.encode() if isinstance(content, str) else content
    file = SimpleUploadedFile(name, content)
    return client.post(reverse("admin:transfers_upload"), {"table": table, "file": file}, follow=follow)


def page(name: str, job: ImportJob) -> str:
    return reverse(f"admin:transfers_{name}", args=[job.public_id])


def test_the_form_offers_only_tables_of_ones_own_work(at_desk, world):
    html = at_desk(world.north.manager).get(reverse("admin:transfers_upload"), {"table": "programmes"}).text
    assert '<option value="programmes" selected>' in html
    assert 'value="organisations"' not in html


def test_a_good_file_is_shown_cell_by_cell_and_then_imported(at_desk, world):
    client = at_desk(world.north.manager)
    shown = upload(client, GOOD).text
    assert "<del>North programme</del>" in shown
    assert "<ins>Renamed</ins>" in shown
    assert not Programme.objects.filter(code="new").exists()
    done = client.post(page("confirm", ImportJob.objects.get()), follow=True).text
    assert "The table has been imported." in done
    assert Programme.objects.get(code="north-programme").name_en == "Renamed"


def test_bad_rows_are_told_first_with_row_and_column_and_can_be_taken_away_as_a_list(at_desk, world):
    client = at_desk(world.north.manager)
    shown = upload(client, BAD).text
    assert "3 problems" in shown
    assert "Import now" not in shown
    assert "begins like a formula" in shown
    response = client.get(page("problems", ImportJob.objects.get()))
    listed = list(csv.DictReader(io.StringIO(response.content.decode("utf-8-sig"))))
    assert [(row["row"], row["column"]) for row in listed] == [("2", "name_en"), ("3", "owner_org_code"), ("4", "kind")]


def test_the_pages_speak_japanese_rows_too(at_desk, world):
    client = at_desk(world.north.manager)
    shown = upload(client, (HEADER + "neu,north-host,見本,internship,inbound\n").encode("cp932")).text
    assert "CP932" in shown
    assert "<ins>見本</ins>" in shown


def test_the_file_name_can_tell_the_table(at_desk, world):
    assert upload(at_desk(world.north.manager), GOOD, table="").status_code == 200
    assert ImportJob.objects.get().table == "programmes"


@pytest.mark.parametrize(
    ("content", "fields", "sentence"),
    [
        (b"", {}, "The file is empty."),
        (b"PK\x03\x04nonsense", {"name": "programmes.xlsx"}, "The workbook is damaged."),
        (GOOD, {"table": "", "name": "list.csv"}, "The file name does not tell the table. Choose it here."),
        (GOOD, {"table": "", "name": "glossary.csv"}, "You may not import this table."),
        (GOOD, {"table": "glossary"}, "Select a valid choice."),
        (b"x" * (10 * 1024 * 1024 + 1), {}, "The file is larger than 10 MB."),
    ],
)
def test_an_unusable_upload_gets_one_sentence_and_no_job(at_desk, world, content, fields, sentence):
    response = upload(at_desk(world.north.manager), content, **fields)
    assert response.status_code == 422
    assert sentence in response.text
    assert not ImportJob.objects.exists()


def test_nobody_opens_anothers_import(at_desk, world):
    upload(at_desk(world.north.manager), GOOD)
    job = ImportJob.objects.get()
    root = world.south.alliance_admin
    root.is_superuser = True
    root.save()
    for other in (world.north.alliance_admin, world.south.manager, root):
        client = at_desk(other)
        assert client.get(page("job", job)).status_code == 404
        assert client.get(page("problems", job)).status_code == 404
        assert client.post(page("confirm", job)).status_code == 404
        assert client.post(page("discard", job)).status_code == 404
        assert client.get(reverse("admin:transfers_importjob_changelist")).text.count("programmes.csv") == 0
    job.refresh_from_db()
    assert job.state == ImportJob.State.CHECKED


def test_a_desk_without_tables_has_no_import_page(at_desk, world):
    assert at_desk(world.north.signatory).get(reverse("admin:transfers_upload")).status_code == 404


@pytest.mark.parametrize("name", ["confirm", "discard"])
def test_nothing_is_confirmed_or_discarded_by_following_a_link(at_desk, world, name):
    client = at_desk(world.north.manager)
    upload(client, GOOD)
    assert client.get(page(name, ImportJob.objects.get())).status_code == 405


def test_an_import_can_be_left_alone(at_desk, world):
    client = at_desk(world.north.manager)
    upload(client, GOOD)
    response = client.post(page("discard", ImportJob.objects.get()), follow=True)
    assert response.status_code == 200
    assert ImportJob.objects.get().state == ImportJob.State.EXPIRED


def test_confirming_twice_is_told_kindly(at_desk, world):
    client = at_desk(world.north.manager)
    upload(client, GOOD)
    confirm = page("confirm", ImportJob.objects.get())
    client.post(confirm)
    assert "confirmed already or has expired" in client.post(confirm, follow=True).text


# -- out ---------------------------------------------------------------------------------------------------------------


def export(client, form: str, **query):
    return client.get(reverse("admin:alliances_agreement_export", args=[form]), query)


def codes(content: bytes, encoding="utf-8-sig") -> list[str]:
    return [row["code"] for row in csv.DictReader(io.StringIO(content.decode(encoding), newline=""))]


def agreement(code: str, party, **fields) -> Agreement:
    made = Agreement.objects.create(
        code=code, title_en=f"Agreement {code}", kind="other", level="institutional", **fields
    )
    made.parties.add(party)
    return made


@pytest.fixture
def agreements(world):
    for number, state in enumerate(("drafting", "in_force", "in_force"), start=1):
        agreement(f"n-{number}", world.north.host, state=state)
    agreement("s-1", world.south.host)


@pytest.fixture
def desk(at_desk, world, agreements):
    return at_desk(world.north.alliance_admin)


def test_the_list_offers_import_and_export(desk):
    html = desk.get(reverse("admin:alliances_agreement_changelist"), {"q": "n-"}).text
    assert reverse("admin:transfers_upload") + "?table=agreements" in html
    assert reverse("admin:alliances_agreement_export", args=["xlsx"]) + "?q=n-" in html


def test_what_is_on_screen_goes_out_and_nothing_of_others(desk):
    assert sorted(codes(export(desk, "csv").getvalue())) == ["n-1", "n-2", "n-3"]
    assert sorted(codes(export(desk, "csv", state__exact="in_force").getvalue())) == ["n-2", "n-3"]
    assert codes(export(desk, "csv", q="n-1").getvalue()) == ["n-1"]


def test_an_export_can_be_imported_again(desk):
    """With every column of the table: what was entered at a desk comes out there."""
    content = export(desk, "csv").getvalue()
    assert content.decode("utf-8-sig").splitlines()[0] == ",".join(registry.find("agreements").header(complete=True))
    upload(desk, content, table="agreements", name="agreements.csv")
    job = ImportJob.objects.get()
    assert (job.state, job.unchanged, job.changed) == (ImportJob.State.CHECKED, 3, 0)


def test_csv_for_excel_has_its_mark_and_line_ends(desk):
    content = export(desk, "csv").getvalue()
    assert content.startswith(b"\xef\xbb\xbfcode,")
    assert content.count(b"\r\n") == 4
    assert export(desk, "csv-plain").getvalue().startswith(b"code,")


def test_an_excel_export_opens(desk):
    sheet = load_workbook(io.BytesIO(export(desk, "xlsx").getvalue())).active
    assert sorted(row[0] for row in sheet.iter_rows(min_row=2, values_only=True)) == ["n-1", "n-2", "n-3"]


def test_characters_outside_cp932_are_listed_and_refused(desk, world):
    assert sorted(codes(export(desk, "csv-cp932").getvalue(), "cp932")) == ["n-1", "n-2", "n-3"]
    agreement("n-4", world.north.host, note_en="𠮷田 é")
    response = export(desk, "csv-cp932")
    assert response.status_code == 422
    assert "é 𠮷" in response.text


def test_each_export_is_recorded_with_its_size(desk, world):
    export(desk, "csv", q="n-1")
    entry = AuditEntry.objects.get(verb="transfers.exported")
    assert (entry.actor, entry.detail) == (world.north.alliance_admin, {"table": "agreements", "rows": 1})


def test_a_free_lookup_in_the_address_exports_nothing(desk):
    assert export(desk, "csv", parties__people__email__startswith="a").status_code in (302, 400)


def test_the_number_of_queries_of_an_export_does_not_grow(desk, world, django_assert_max_num_queries):
    for number in range(10, 40):
        agreement(f"n-{number}", world.north.host, alliance=world.north.alliance)
    with django_assert_max_num_queries(25):
        assert len(codes(export(desk, "csv").getvalue())) == 33


def test_who_may_not_see_a_table_may_not_export_it(at_desk, world, agreements):
    assert export(at_desk(world.north.fellow), "csv").status_code == 404
    assert export(at_desk(world.north.alliance_admin), "html").status_code == 404
