"""Every admin page opens for those who may open it, in both languages, with a number of queries that stays."""

import re

import pytest
from django.contrib import admin
from django.db import connection
from django.test.utils import CaptureQueriesContext

from exchanges.models import Application
from portal.programmes.models import Call
from portal.transfers.models import ImportJob
from startups.models import CohortApplication
from tests.desk import address, sign_in
from tests.factories import UserFactory
from tests.factories.anything import make

pytestmark = pytest.mark.django_db
MODELS = sorted(admin.site._registry, key=lambda model: model._meta.label)
# On a phone the theme calls the first cell of a row “Select record”, unless it leads to the record.
NAMELESS_CELL = re.compile(r'data-label="(Select record|レコードを選択)">(?!<input)')
each_model = pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label)


@pytest.fixture
def user(db):
    return UserFactory(is_superuser=True)


@pytest.fixture
def root(user, client, settings):
    return sign_in(client, user, settings)


def make_for(user, model, *, deep=True):
    """A row that the list shows to this user: imports are each person's own, drafts their applicant's."""
    handed_in = {"state": "submitted"}
    given = {ImportJob: {"user": user}, Application: handed_in, CohortApplication: handed_in}.get(model, {})
    return make(model, deep=deep, **given)


@each_model
def test_pages_open_in_both_languages(root, user, model):
    row = make_for(user, model)
    for language in ("en", "ja"):
        root.cookies["django_language"] = language
        found = root.get(address(model, "changelist"), {"q": "word"})
        assert found.status_code == 200 and found.context["cl"].result_count >= 1
        assert not NAMELESS_CELL.search(found.content.decode())
        assert root.get(address(model, "changelist")).status_code == 200
        assert root.get(address(model, "change", row.pk)).status_code == (302 if model is ImportJob else 200)
        assert root.get(address(model, "history", row.pk)).status_code == 200
        assert root.get(address(model, "add")).status_code in (200, 403)
        assert root.get(address(model, "delete", row.pk)).status_code in (200, 403)


@pytest.mark.parametrize(
    "model", [model for model in MODELS if getattr(admin.site._registry[model], "workflow", None)], ids=str
)
def test_what_has_begun_its_life_is_not_deleted(root, user, model):
    """It ends by a step, which tells whom it concerns."""
    desk, row = admin.site._registry[model], make_for(user, model)
    field = model._meta.get_field(desk.workflow.field)
    begun = {value for value, _label in field.choices} - set(desk.deleted_in or ()) - {field.get_default(), ""}
    model._base_manager.filter(pk=row.pk).update(**{field.name: min(begun)})
    assert root.get(address(model, "delete", row.pk)).status_code == 403
    assert root.post(address(model, "delete", row.pk), {"post": "yes"}).status_code == 403
    assert model._base_manager.filter(pk=row.pk).exists()


@each_model
def test_a_list_asks_the_database_as_often_for_thirty_rows_as_for_one(root, user, model):
    counted = []
    root.get(address(model, "changelist"))  # whatever is asked once in the life of a process
    for more, deep in ((1, True), (2, True), (27, False)):
        for _number in range(more):
            make_for(user, model, deep=deep)
        with CaptureQueriesContext(connection) as queries:
            assert root.get(address(model, "changelist")).status_code == 200
        counted.append(len(queries))
    assert len(set(counted)) == 1, counted


def test_the_way_to_a_record_writes_its_number_as_it_is(root, user):
    row = make(Application, state="submitted", code="app-000026")
    page = root.get(address(Application, "change", row.pk)).content.decode()
    way = page[page.index("<h1") : page.index("</h1>")]
    assert "app-000026" in way and "App-000026" not in way
    assert "Applications" in way


@pytest.mark.parametrize("zone", ["Asia/Tokyo", "Japan"])
def test_zones_are_chosen_and_a_name_of_old_is_kept(root, user, zone):
    row = make(Call, timezone=zone)
    field = root.get(address(Call, "change", row.pk)).context["adminform"].form["timezone"]
    assert 'value="America/Chicago"' in str(field)
    assert field.as_widget().count(" selected") == 1 and f'value="{zone}" selected' in str(field)
