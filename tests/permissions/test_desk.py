"""Doors of the admin beside those of tests/core/test_admin_doors.py: exports, inlines, counts, dates, every action."""

import datetime as dt
import io
import zipfile

import pytest
from django.contrib import admin
from django.db.models import CharField, TextField
from django.urls import reverse

from portal.accounts.models import Consent, Seat, User
from portal.programmes.models import RequestedDocument
from portal.screening.models import Question
from portal.transfers import registry
from portal.transfers.services import check_upload
from tests.permissions.canaries import CANARY
from tests.permissions.cast import client_of
from tests.permissions.walking import tables_written

EVERY_DESK = ("alliance_admin", "home_office", "event_organiser", "startup_manager", "kpi_auditor", "legal_officer")


@pytest.fixture
def desk(world, sides):
    """The manager of the north, with every other office of her institution that exports something."""
    for role in EVERY_DESK:
        Seat.objects.create(user=world.north.manager, organisation=world.north.host, role=role)
    return client_of("manager", world)


def page(model, name: str, *args) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{name}", args=args)


def exported(model_admin) -> bool:
    return hasattr(model_admin, "export_view")


def unpacked(content: bytes) -> str:
    if not content.startswith(b"PK"):
        return content.decode("utf-8", "replace")
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        return "".join(package.read(name).decode("utf-8", "replace") for name in package.namelist())


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_no_export_lets_a_canary_out(desk, kind):
    opened = 0
    for model, model_admin in admin.site._registry.items():
        if not exported(model_admin):
            continue
        for query in ("", "?q=CNRY", "?_facets=True"):
            answer = desk.get(page(model, "export", kind) + query)
            if answer.status_code == 200:
                content = b"".join(answer.streaming_content) if answer.streaming else answer.content
                assert CANARY not in unpacked(content) + str(answer.headers), (model, query)
                opened += 1
    assert opened > 20


def test_the_unpacked_workbook_would_show_one(sides):
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("xl/sharedStrings.xml", f"<t>{CANARY}-x</t>")
    assert CANARY in unpacked(target.getvalue())


def test_every_bulk_action_leaves_foreign_rows_alone(desk, world, sides):
    _north, south = sides
    rows = {type(row): row for row in south.values() if admin.site.is_registered(type(row))}
    tried = 0
    for model, row in rows.items():
        changelist = desk.get(page(model, "changelist"))
        if changelist.status_code != 200 or model._default_manager.editable_by(world.north.manager).filter(pk=row.pk):
            continue
        for name, _label in changelist.context["cl"].model_admin.get_action_choices(changelist.wsgi_request, []):
            data = {"action": name, "_selected_action": [row.pk], "confirmed": "yes", "reason": "x", "_confirm": "1"}
            with tables_written() as written:
                b"".join(desk.post(page(model, "changelist"), data))
            assert written <= {"core_auditentry"} if name.startswith("export") else not written, (model, name, written)
            tried += 1
    assert tried > 20


def test_the_number_of_an_inline_row_of_somebody_else_changes_nothing(desk, world):
    call, foreign = world.north.call, world.south.call.requested_documents.first()
    kept = (
        "code", "title_en", "title_ja", "intake_mode", "places", "opens_on", "closes_on", "timezone", "about_en",
        "about_ja", "min_reviews", "contact_name", "contact_email",
    )  # fmt: skip
    data = {name: getattr(call, name) for name in kept} | {
        "programme": call.programme_id, "facility": "", "opens_time": "", "closes_time": "17:00", "results_on": "",
        "note_en": "", "source": "", "criteria-TOTAL_FORMS": 0, "criteria-INITIAL_FORMS": 0,
        "requested_documents-TOTAL_FORMS": 1, "requested_documents-INITIAL_FORMS": 1,
        "requested_documents-0-call": call.pk, "requested_documents-0-kind": "cv",
        "requested_documents-0-name_en": "Taken", "requested_documents-0-name_ja": "",
        "requested_documents-0-sort_order": 0, "requested_documents-0-max_megabytes": 5,
    }  # fmt: skip
    before = RequestedDocument.objects.values().get(pk=foreign.pk)
    for more in ({"requested_documents-0-DELETE": "on"}, {}):
        desk.post(page(type(call), "change", call.pk), {**data, "requested_documents-0-id": foreign.pk, **more})
        assert RequestedDocument.objects.values().get(pk=foreign.pk) == before
    own = call.requested_documents.get(kind="cv")
    desk.post(page(type(call), "change", call.pk), {**data, "requested_documents-0-id": own.pk})
    own.refresh_from_db()
    assert own.name_en == "Taken"  # the same form with a row of one's own


def test_dates_and_counts_tell_nothing_about_foreign_rows(desk, world):
    given = Consent.objects.filter(person__user=world.south.fellow)
    given.update(given_at=dt.datetime(1987, 6, 5, tzinfo=dt.UTC))
    assert "1987" not in desk.get(page(Consent, "changelist")).content.decode()
    manager = User.objects.get(pk=world.north.manager.pk)  # with the seats given meanwhile, as the desk knows her
    for model in admin.site._registry:
        answer = desk.get(f"{page(model, 'changelist')}?_facets=True")
        if answer.status_code == 200 and (changes := answer.context["cl"]):
            visible = model._default_manager.visible_to(manager).count()
            assert changes.full_result_count is None or changes.full_result_count <= visible, model
            assert changes.result_count <= visible, model


def test_hidden_columns_cannot_be_asked_for(desk):
    """Lookups that Django allows on every local column are an oracle: the answer is the same for any question."""
    for model, model_admin in admin.site._registry.items():
        changelist = desk.get(page(model, "changelist"))
        if changelist.status_code != 200:
            continue
        shown = set(model_admin.get_list_filter(changelist.wsgi_request))
        for field in model._meta.concrete_fields:
            if isinstance(field, CharField | TextField) and field.name not in map(str, shown):
                answer = desk.get(f"{page(model, 'changelist')}?{field.name}__startswith=a")
                assert answer.status_code == 400, (model, field.name)


def test_rules_of_the_export_check_belong_to_nobody_and_are_not_imported_by_an_officer(world):
    header = "code,regime,stage,asked_to,answer_type,hit_when,text_en,text_ja"
    for code in (Question.objects.first().code, "mine"):
        job = check_upload(
            content=f"{header}\n{code},JP,pre,host,yes_no,yes,Mine now,x\n".encode(),
            file_name="screening_questions.csv",
            resource=registry.find("screening_questions"),
            actor=world.north.export_officer,
        )
        assert job.state == "refused", code
        assert all(problem["column"] in ("code", "") for problem in job.problems), job.problems
    assert not Question.objects.filter(text_en="Mine now").exists()
