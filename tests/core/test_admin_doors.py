"""The doors that Django's admin leaves open, each tried by a coordinator of the other alliance."""

import pytest
from django.apps import apps
from django.contrib import admin
from django.db.models import CharField, TextField
from django.urls import reverse
from django.utils.timezone import localdate

from exchanges.models import Application, StayTask
from portal.accounts.models import Person, Seat, User
from portal.alliances.models import Agreement, Organisation
from portal.core import audit
from portal.core.models import AuditEntry
from portal.core.scoping import ScopedQuerySet
from portal.programmes.models import Call, Programme
from portal.transfers.models import ImportJob
from tests.desk import address, sign_in
from tests.factories import CallFactory, ProgrammeFactory
from tests.factories.anything import make

pytestmark = pytest.mark.django_db
MODELS = sorted(admin.site._registry, key=lambda model: model._meta.label)
CANARY = "cnry-b"
EVERY_DESK = (
    "programme_manager", "alliance_admin", "home_office", "export_officer", "startup_manager", "event_organiser",
    "kpi_auditor", "ip_officer", "legal_officer", "facility_manager", "data_protection_contact",
)  # fmt: skip


@pytest.fixture
def nora(world):
    """One person with every office of the north: whatever she may open, she opens."""
    user = world.north.manager
    for role in EVERY_DESK:
        Seat.objects.get_or_create(user=user, organisation=world.north.host, role=role)
    User.objects.filter(pk=user.pk).update(language="en")
    return User.objects.get(pk=user.pk)


@pytest.fixture
def desk(nora, client, settings):
    return sign_in(client, nora, settings)


@pytest.fixture
def hidden(nora):
    """A row of every kind, full of canaries, that the north does not see."""
    rows = {model: make(model, mark=CANARY) for model in MODELS}
    return {model: row for model, row in rows.items() if not visible(model, nora).filter(pk=row.pk).exists()}


def visible(model, user):
    return model._default_manager.visible_to(user)


def texts_she_may_read(user) -> list[str]:
    """Everything written in rows that are visible to her, such as the public directory of organisations."""
    texts = set()
    for model in apps.get_models():
        if isinstance(model._default_manager.all(), ScopedQuerySet):
            names = [field.attname for field in model._meta.fields if isinstance(field, CharField | TextField)]
            for values in visible(model, user).values_list(*names):
                texts |= {value.casefold() for value in values if isinstance(value, str) and CANARY in value}
    return sorted(texts, key=len, reverse=True)


def test_the_hidden_rows_are_those_that_must_be_hidden(hidden):
    labels = {model._meta.label for model in hidden}
    assert {
        "accounts.Person", "accounts.Seat", "accounts.User", "alliances.Agreement", "core.AuditEntry",
        "exchanges.Application", "exchanges.Approval", "exchanges.Offer", "exchanges.Review", "exchanges.Stay",
        "exchanges.StayTask", "outbox.OutboxMessage", "screening.Screening", "startups.Startup",
        "transfers.ImportJob", "workshops.Meeting",
    } <= labels  # fmt: skip


def test_a_foreign_record_is_as_missing_as_one_that_never_was(desk, hidden):
    for model, row in hidden.items():
        for page in ("change", "history", "delete"):
            foreign, missing = desk.get(address(model, page, row.pk)), desk.get(address(model, page, 987654321))
            assert foreign.status_code == missing.status_code == 404, (model, page)
        posted = desk.post(address(model, "change", row.pk), {"_save": "1"})
        assert posted.status_code == 404, model


def test_steps_of_a_foreign_record_are_missing(desk, hidden):
    for model, row in hidden.items():
        for name in getattr(admin.site._registry[model], "steps", {}):
            url = address(model, "step", row.pk, name)
            assert desk.get(url).status_code == 404 and desk.post(url, {"reason": "x"}).status_code == 404, (
                model,
                name,
            )


def test_no_page_lets_a_canary_out(desk, hidden, nora):
    pages = [
        reverse("admin:index"),
        f"{reverse('admin:search')}?s=cnry",
        f"{reverse('admin:search')}?s=cnry&extended=1",
    ]
    sources = {}
    for model in hidden:
        pages += [address(model, "changelist"), f"{address(model, 'changelist')}?q=cnry", address(model, "add")]
        if hasattr(admin.site._registry[model], "export_view"):
            pages += [f"{address(model, 'export', 'csv')}?q=cnry"]
        for field in (*model._meta.fields, *model._meta.many_to_many):
            if field.is_relation and admin.site.is_registered(field.related_model):
                sources[field.related_model] = field
        own = visible(model, nora).first()
        if own is not None and model is not ImportJob:
            pages += [address(model, page, own.pk) for page in ("change", "history", "delete")]
    for field in sources.values():
        named = (
            f"app_label={field.model._meta.app_label}&model_name={field.model._meta.model_name}&field_name={field.name}"
        )
        pages += [f"{reverse('admin:autocomplete')}?{named}&term={term}" for term in ("", "cnry")]
    readable = texts_she_may_read(nora)
    for page in pages:
        response = desk.get(page)
        body = b"".join(response.streaming_content) if response.streaming else response.content
        text = body.decode().casefold()
        if CANARY in text:
            for known in readable:
                text = text.replace(known, "")
        assert CANARY not in text, (page, text[text.index(CANARY) - 200 : text.index(CANARY) + 200])


def test_a_person_without_a_desk_finds_no_admin_at_all(client, world, settings):
    sign_in(client, world.north.fellow, settings)
    for page in (
        "/admin/",
        "/admin/login/",
        "/admin/search/?s=a",
        address(Application, "changelist"),
        "/admin/nowhere/",
    ):
        assert client.get(page).status_code == 404


def test_who_is_not_signed_in_is_sent_to_the_one_sign_in(client, db):
    page = client.get("/admin/", follow=True)
    assert page.redirect_chain[-1][0].startswith(reverse("account_login"))


def test_a_list_that_her_desk_does_not_have_is_missing(client, world, settings):
    sign_in(client, world.north.home_office, settings)
    assert client.get("/admin/screening/screening/").status_code == 404
    assert client.get("/admin/startups/startup/").status_code == 404


def test_free_lookups_in_the_address_are_refused(desk, world):
    world.north.application()
    for question in ("supervisor_email__startswith=s", "applicant__email__startswith=f", "rank__gt=1", "topic=x"):
        assert desk.get(f"{address(Application, 'changelist')}?{question}").status_code == 400, question
    assert desk.get(f"{address(Application, 'changelist')}?state__exact=submitted").status_code == 200


def test_filters_offer_own_records_only(desk, world):
    ProgrammeFactory(owner=world.south.host, alliance=world.south.alliance, state="draft", name_en="South secret")
    page = desk.get(address(Call, "changelist")).content.decode()
    assert "North programme" in page and "South secret" not in page


def call_form(call: Call, **changes) -> dict:
    """What the change page of a call would post."""
    kept = (
        "code", "title_en", "title_ja", "intake_mode", "places", "opens_on", "closes_on", "timezone", "about_en",
        "about_ja", "min_reviews", "contact_name", "contact_email",
    )  # fmt: skip
    data = {name: getattr(call, name) for name in kept} | {
        "programme": call.programme_id, "facility": "", "opens_time": "", "closes_time": "17:00", "results_on": "",
        "note_en": "", "source": "", "requested_documents-TOTAL_FORMS": 0, "requested_documents-INITIAL_FORMS": 0,
        "criteria-TOTAL_FORMS": 0, "criteria-INITIAL_FORMS": 0,
    }  # fmt: skip
    return data | changes


def test_a_hidden_record_posted_as_a_choice_is_refused(desk, world):
    secret = ProgrammeFactory(owner=world.south.host, alliance=world.south.alliance, state="draft")
    page = desk.post(address(Call, "change", world.north.call.pk), call_form(world.north.call, programme=secret.pk))
    assert page.status_code == 200 and "programme" in page.context["adminform"].errors
    world.north.call.refresh_from_db()
    assert world.north.call.programme == world.north.programme


def test_a_record_cannot_be_moved_into_somebody_elses_hands(desk, world):
    """The other alliance's published programme is visible, so it is a valid choice; the saved row would be theirs."""
    before = AuditEntry.objects.count()
    desk.post(
        address(Call, "change", world.north.call.pk), call_form(world.north.call, programme=world.south.programme.pk)
    )
    world.north.call.refresh_from_db()
    assert world.north.call.programme == world.north.programme and AuditEntry.objects.count() == before


def test_a_visible_record_of_the_other_alliance_cannot_be_changed(desk, world):
    assert desk.get(address(Call, "change", world.south.call.pk)).status_code == 200
    assert desk.post(address(Call, "change", world.south.call.pk), call_form(world.south.call)).status_code == 403
    assert desk.get(address(Call, "delete", world.south.call.pk)).status_code == 403


def test_a_record_comes_with_whether_its_reader_may_change_it(nora, world, rf, django_assert_num_queries):
    pages, request = admin.site._registry[Call], rf.get("/")
    request.user = nora
    pages.get_object(request, str(world.north.call.pk)), pages.get_object(request, str(world.south.call.pk))
    with django_assert_num_queries(0):
        assert pages.is_editable(request, world.north.call) is True
        assert pages.is_editable(request, world.south.call) is False


def test_the_number_of_foreign_applications_is_not_told(desk, world):
    world.south.application()
    world.north.application()
    page = desk.get(address(Call, "changelist"))
    received = {call.code: call.received_count for call in page.context["cl"].result_list}
    assert received["north-call"] == 1 and received["south-call"] == 0


def test_a_state_posted_by_hand_changes_nothing(desk, world):
    desk.post(address(Call, "change", world.north.call.pk), call_form(world.north.call, state="cancelled"))
    world.north.call.refresh_from_db()
    assert world.north.call.state == "open"


def test_a_bulk_action_with_foreign_numbers_does_nothing(desk, world):
    foreign = world.south.application()
    data = {"action": "step_start_check", "_selected_action": [foreign.pk], "confirmed": "yes"}
    desk.post(address(Application, "changelist"), data)
    foreign.refresh_from_db()
    assert foreign.state == "submitted"


@pytest.mark.parametrize("number", ["abc", "", "1e3", "9" * 30, "1/1"])
def test_a_bulk_action_on_what_is_no_number_is_missing(desk, world, number):
    chosen = {"action": "step_start_check", "_selected_action": [number], "index": "0"}
    assert desk.post(address(Application, "changelist"), chosen).status_code == 404


def test_internal_notes_and_the_trail_of_public_rows_stay_with_the_desks_that_may_edit_them(desk, nora, world):
    foreign, own = world.south.call, world.north.call
    for row in (foreign, own):
        row.note_en = "They have never paid in time"
        row.save()
        audit.record("core.changed", row, actor=None, reason="a quarrel", audience=audit.DESKS)
    shown = [desk.get(address(Call, "change", row.pk)).content.decode() for row in (foreign, own)]
    told = [desk.get(address(Call, "history", row.pk)).content.decode() for row in (foreign, own)]
    assert ["never paid" in page for page in shown] == [False, True]
    assert ["a quarrel" in page for page in told] == [False, True]


def test_bulk_deletion_is_not_offered(desk):
    for model in MODELS:
        page = desk.get(address(model, "changelist"))
        assert page.status_code == 404 or "delete_selected" not in page.content.decode()


def test_deleting_does_not_name_what_she_does_not_see(desk, world):
    """An organisation of the north in whose name the south keeps records."""
    agreement = Agreement.objects.create(
        code="secret",
        kind="other",
        level="unit",
        title_en="South secret",
        state="drafting",
        alliance=world.south.alliance,
    )
    programme = ProgrammeFactory(owner=world.north.host, state="draft", name_en="North draft")
    call = CallFactory(programme=programme, state="draft")
    page = desk.get(address(Programme, "delete", programme.pk)).content.decode()
    assert str(call) in page  # protected by a call that she sees, and is named
    page = desk.get(address(Organisation, "delete", world.north.host.pk)).content.decode()
    assert agreement.title_en not in page


def test_only_the_primary_key_may_be_asked_for_in_a_pop_up(desk, world):
    url = address(Person, "changelist")
    assert desk.get(f"{url}?_popup=1&_to_field=email").status_code == 400
    assert desk.get(f"{url}?_popup=1&_to_field=id").status_code == 200


def test_the_shortcut_by_content_type_is_closed(desk, world):
    assert desk.get(f"/admin/r/1/{world.south.call.pk}/").status_code == 404


def test_a_change_leaves_a_trace_with_before_and_after(desk, nora, world):
    desk.post(address(Call, "change", world.north.call.pk), call_form(world.north.call, places=7))
    entry = AuditEntry.objects.get(verb="core.changed", target_id=str(world.north.call.pk))
    assert (entry.actor, entry.before, entry.after) == (nora, {"places": 2}, {"places": 7})
    history = desk.get(address(Call, "history", world.north.call.pk)).content.decode()
    assert "Places: 2 → 7" in history


def test_internal_entries_of_another_desk_are_not_in_the_history(client, world, settings):
    application = world.north.application()
    audit.record("application.eligibility", application, actor=world.north.manager, reason="only for the programme")
    for user, reads in ((world.north.manager, True), (world.north.home_office, False)):
        page = sign_in(client, user, settings).get(address(Application, "history", application.pk))
        assert ("only for the programme" in page.content.decode()) is reads


def test_late_tasks_are_counted_from_what_she_sees(desk, world):
    for side in (world.north, world.south):
        StayTask.objects.create(
            stay=side.stay(), item_code="X1", sort_order=1, text_en="Task", owner_role="fellow", anchor="start",
            offset=0, offset_unit="days", due_on=localdate().replace(year=2020),
        )  # fmt: skip
    assert desk.get(f"{address(StayTask, 'changelist')}?which=late").context["cl"].result_count == 1
