"""The pages of reports, overview and impact: who reaches them, what they say, what they cost."""

import datetime as dt

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext

from portal.documents.models import StoredFile
from portal.reports.models import KpiDefinition, KpiObservation, KpiValue, ReportRun
from portal.reports.pictures import fellows, flows
from portal.reports.services import reports
from portal.reports.services.values import verify
from tests.desk import sign_in
from tests.factories import OrganisationFactory, PersonFactory
from tests.factories.events import an_event
from tests.reports.samples import NOON, TODAY, load_catalogue, requested, stays_in, written
from workshops.models import Event

pytestmark = pytest.mark.django_db
OVERVIEW, REPORTS, IMPACT = (reverse(f"reports:{name}") for name in ("overview", "reports", "impact"))


@pytest.fixture
def as_user(client, settings):
    return lambda user: sign_in(client, user, settings)


@pytest.fixture
def north(world):
    load_catalogue()
    return world.north


def page_of(run, name: str = "report") -> str:
    return reverse(f"reports:{name}", args=[run.public_id])


def queries_of(client, address: str) -> int:
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == 200
    return len(queries)


# -- who --------------------------------------------------------------------------------------------------------------
def test_directors_have_the_overview_and_to_others_it_does_not_exist(north, world, as_user):
    for user in (north.alliance_admin, north.kpi_auditor, north.signatory, north.manager):
        assert as_user(user).get(OVERVIEW).status_code == 200
        assert as_user(user).get(REPORTS).status_code == 200
    for user in (north.fellow, north.host_researcher, north.visa_officer, north.stranger):
        assert as_user(user).get(OVERVIEW).status_code == 404
        assert as_user(user).get(REPORTS).status_code == 404


def test_the_coordinator_of_a_member_reads_the_reports_of_the_alliance_and_asks_for_none(north, world, as_user):
    """Two offices, one year: the home office of a member that does not lead has overview, reports and files."""
    run = written(north)
    files = [reverse("documents:download", args=[file.public_id]) for file in StoredFile.objects.about(run)]
    assert north.home != north.alliance.lead and north.alliance.members.filter(organisation=north.home).exists()
    client = as_user(north.home_office)
    assert north.alliance.name_en in client.get(OVERVIEW).content.decode()
    assert page_of(run) in client.get(REPORTS).content.decode()
    assert [client.get(address).status_code for address in (page_of(run), *files)] == [200] * 5
    asked = {"subject": f"alliance:{north.alliance.code}", "calendar": "japan", "year": 2024}
    assert client.post(REPORTS, asked).status_code == 404 and ReportRun.objects.count() == 1
    stranger = as_user(world.south.home_office)
    assert [stranger.get(address).status_code for address in (page_of(run), *files)] == [404] * 5
    assert north.alliance.name_en not in stranger.get(OVERVIEW).content.decode()


def test_the_overview_of_a_foreign_alliance_is_missing(north, world, as_user):
    client = as_user(north.alliance_admin)
    assert client.get(f"{OVERVIEW}?alliance={world.south.alliance.code}").status_code == 404
    assert client.get(f"{OVERVIEW}?alliance=nothing").status_code == 404
    assert world.south.alliance.name_en not in client.get(OVERVIEW).content.decode()


def test_report_progress_stop_and_files_are_missing_for_the_other_alliance(north, world, as_user):
    run = written(north)
    files = [reverse("documents:download", args=[file.public_id]) for file in StoredFile.objects.about(run)]
    for user in (world.south.alliance_admin, north.fellow, north.visa_officer):
        client = as_user(user)
        assert client.get(page_of(run)).status_code == 404
        assert client.get(page_of(run, "progress")).status_code == 404
        assert client.post(page_of(run, "cancel")).status_code == 404
        assert [client.get(file).status_code for file in files] == [404] * 4
    client = as_user(north.signatory)
    assert client.get(page_of(run)).status_code == 200
    assert [client.get(file).status_code for file in files] == [200] * 4


def test_signed_out_the_link_of_the_mail_leads_to_the_sign_in(north, client):
    run = written(north)
    assert client.get(page_of(run)).headers["Location"].startswith(reverse("account_login"))


# -- asking and watching ----------------------------------------------------------------------------------------------
def test_a_director_asks_watches_and_reads(north, as_user):
    stays_in(north, 6)
    client = as_user(north.alliance_admin)
    asked = {"subject": "alliance:north", "calendar": "japan", "year": "2025"}
    answer = client.post(REPORTS, asked)
    run = ReportRun.objects.get()
    assert answer.headers["Location"] == page_of(run)
    page = client.get(page_of(run))
    with translation.override("ja"):
        assert gettext("Waiting for its turn.") in page.content.decode()
    assert "hx-get" in page.content.decode()
    assert client.get(page_of(run, "progress")).status_code == 200
    reports.write_waiting_reports(clock=lambda: NOON)
    assert client.get(page_of(run, "progress")).headers["HX-Refresh"] == "true"
    for language, words in (("en", "Fellows hosted"), ("ja", "受入フェロー数")):
        client.cookies["django_language"] = language
        text = client.get(page_of(run)).content.decode()
        assert words in text and "<svg" in text


def test_what_is_not_offered_cannot_be_asked_for(north, world, as_user):
    client = as_user(north.alliance_admin)
    answer = client.post(REPORTS, {"subject": "alliance:south", "calendar": "japan", "year": "2025"})
    assert answer.status_code == 422 and not ReportRun.objects.exists()
    assert as_user(north.signatory).post(REPORTS, {"subject": "alliance:north"}).status_code == 404


def test_stopping_is_a_post(north, as_user):
    run = requested(north)
    client = as_user(north.alliance_admin)
    assert client.get(page_of(run, "cancel")).status_code == 405
    client.post(page_of(run, "cancel"))
    run.refresh_from_db()
    assert run.state == ReportRun.State.CANCELLED
    assert client.get(page_of(run)).status_code == 200


# -- cost -------------------------------------------------------------------------------------------------------------
def test_the_overview_asks_as_often_for_many_rows_as_for_few(north, as_user):
    client = as_user(north.alliance_admin)
    client.get(OVERVIEW)
    stays_in(north, 3, start=timezone.localdate())
    north.application("submitted")
    few = queries_of(client, OVERVIEW)
    stays_in(north, 9, start=timezone.localdate())
    for _n in range(5):
        north.application("under_review", applicant=PersonFactory())
    assert queries_of(client, OVERVIEW) == few <= 15, few


def test_lists_and_report_cost_the_same_however_many_there_are(north, as_user):
    client = as_user(north.alliance_admin)
    run = written(north)
    client.get(REPORTS)
    one, page = queries_of(client, REPORTS), queries_of(client, page_of(run))
    second = written(north)
    written(north)
    assert queries_of(client, REPORTS) == one <= 15
    assert queries_of(client, page_of(second)) == page <= 15


# -- small groups and public figures ----------------------------------------------------------------------------------
def value(code: str, side, number, **fields) -> KpiValue:
    return KpiValue.objects.create(
        kpi=KpiDefinition.objects.get(code=code), subject=f"alliance:{side.alliance.code}", alliance=side.alliance,
        **{
            "period": "2025-04-01/2026-03-31", "from_date": dt.date(2025, 4, 1), "to_date": dt.date(2026, 3, 31),
            "value": number, "unit": "count", "as_of": TODAY, "frozen_by": side.alliance_admin,
            "verified_by": side.kpi_auditor, "verified_at": NOON, **fields,
        },
    )  # fmt: skip


def test_the_public_reads_verified_figures_alone(north, client):
    value("X01", north, 64)
    value("X03", north, 71, verified_by=None, verified_at=None)
    value("W01", north, 3, is_small=True)
    page = client.get(IMPACT)
    assert [fact.value for fact in page.context["facts"]] == ["64"]
    assert "Counted in this portal, as of 21 November 2026" in page.content.decode()


def test_staff_read_the_same_public_page_as_everybody(north, as_user):
    value("X03", north, 71, verified_by=None, verified_at=None)
    assert as_user(north.kpi_auditor).get(IMPACT).context["facts"] == []


def test_the_page_is_kept_and_shows_a_verification_at_once_in_each_language(north, client):
    def shown(language: str = "en") -> list[tuple[str, str]]:
        client.cookies["django_language"] = language
        return [(fact.name, fact.value) for fact in client.get(IMPACT).context["facts"]]

    first = value("X01", north, 64)
    waiting = value("C09", north, 7, verified_by=None, verified_at=None)
    names = waiting.kpi.name_en, waiting.kpi.name_ja
    assert [number for _name, number in shown()] == ["64"]
    # The control: a change behind the back of the model is not seen, because the page is kept.
    KpiValue.objects.filter(pk=first.pk).update(value=65)
    assert [number for _name, number in shown()] == ["64"]
    verify(kpi_value=waiting, actor=north.kpi_auditor, now=NOON)
    assert (names[0], "7") in shown("en") and (names[1], "7") in shown("ja")
    assert [number for _name, number in shown()] == ["7", "65"]


def test_a_correction_and_a_value_taken_away_show_at_once(north, client):
    first = value("X01", north, 64)
    assert [fact.value for fact in client.get(IMPACT).context["facts"]] == ["64"]
    value("X01", north, 66, edition=2, reason="Two stays were missing")
    assert [fact.value for fact in client.get(IMPACT).context["facts"]] == ["66"]
    KpiValue.objects.exclude(pk=first.pk).delete()
    assert [fact.value for fact in client.get(IMPACT).context["facts"]] == ["64"]


def test_what_a_reader_at_a_desk_may_see_is_never_kept_for_the_public(north, client, as_user):
    event = an_event(north, code="hidden", title_en="Secret workshop", was_announced=False, state="idea")
    KpiObservation.objects.create(
        kpi=KpiDefinition.objects.get(code="W09"), subject_code=event.code, value=70, unit="count",
        period_kind="event", quality="approximate", source="https://example.org/news",
    )  # fmt: skip
    assert Event.objects.visible_to(north.manager).filter(pk=event.pk).exists()
    assert "Secret workshop" not in as_user(north.manager).get(IMPACT).content.decode()
    client.logout()
    page = client.get(IMPACT)
    assert [fact.about for fact in page.context["published"]] == ["hidden"]
    assert "Secret workshop" not in page.content.decode()


def test_the_public_page_costs_one_query_when_it_is_kept_and_few_when_it_is_not(north, client):
    def cost() -> tuple[int, int]:
        cache.clear()
        return queries_of(client, IMPACT), queries_of(client, IMPACT)

    value("X01", north, 64)
    first, kept = (client.get(IMPACT).content.decode() for _look in range(2))
    assert '<h2 id="verified">' in first and first.count("<table") == kept.count("<table") > 0
    few = cost()
    for number, code in enumerate(("X03", "X04", "W01", "C09")):
        value(code, north, 70 + number)
    assert cost() == few
    assert few[0] <= 8 and few[1] == 1, few


def test_the_newest_edition_counts_and_several_years_make_a_picture(north, client):
    value("X01", north, 60)
    value("X01", north, 64, edition=2, reason="A stay was missing")
    value("X01", north, 50, period="2024-04-01/2025-03-31", from_date=dt.date(2024, 4, 1), to_date=dt.date(2025, 3, 31))
    page = client.get(IMPACT)
    assert [fact.value for fact in page.context["facts"]] == ["64", "50"]
    (picture,) = page.context["pictures"]
    assert [row.cells[1] for row in picture.rows] == ["50", "64"]


def test_published_values_stand_with_source_and_quality_in_both_languages(north, client):
    kpi = KpiDefinition.objects.get(code="W09")
    KpiObservation.objects.create(
        kpi=kpi, subject_code="north-programme", value=700, unit="count", period_kind="event", quality="approximate",
        source="https://example.org/news",
    )  # fmt: skip
    words = {"en": ("Outreach reach", "approximate"), "ja": ("アウトリーチ参加者数", "概数")}
    for language, (name, quality) in words.items():
        client.cookies["django_language"] = language
        text = client.get(IMPACT).content.decode()
        assert name in text and quality in text and 'href="https://example.org/news"' in text
    assert "北プログラム" in text


@pytest.mark.parametrize("number", range(1, 8))
def test_small_groups_are_not_shown_singly_in_public(number):
    data = {"calendar": "japan", "years": [2024, 2025], "groups": [{"country": "US", "values": [9, number]}]}
    shown = [cell for row in fellows.draw_public(data).rows for cell in row.cells]
    assert (str(number) in shown) == (number >= 5)
    place = {"code": "x", "en": "X", "ja": "X", "country": "US"}
    host = {**place, "en": "KEK", "country": "JP"}
    pairs = [{"home": place, "host": host, "number": 8}, {"home": None, "host": host, "number": number}]
    picture = flows.draw_public({"pairs": pairs, "total": 8 + number})
    assert len(picture.rows) == (2 if number >= 5 else 1)
    assert str(8 + number) not in picture.title or number >= 5


def test_the_same_person_is_one_fellow_of_a_year(north):
    stays_in(north, 2)
    north.stay("closed", person=north.fellow.person, start_on=dt.date(2025, 5, 1), end_on=dt.date(2025, 5, 3))
    north.stay("closed", person=north.fellow.person, start_on=dt.date(2025, 7, 1), end_on=dt.date(2025, 7, 3))
    data = fellows.gather(north.programme.stays.all(), calendar="japan", year=2025)
    assert fellows.totals(data) == [0, 0, 0, 0, 3]


def test_the_real_day_of_arrival_decides_the_fiscal_year(north):
    late = {"start_on": dt.date(2026, 3, 30), "end_on": dt.date(2026, 5, 1), "arrived_on": dt.date(2026, 4, 1)}
    north.stay("closed", **late)
    data = fellows.gather(north.programme.stays.all(), calendar="japan", year=2026)
    assert fellows.totals(data)[-2:] == [0, 1]


def test_a_flow_leads_between_institutions_not_units(north):
    stays_in(north, 2)
    elsewhere = OrganisationFactory(code="elsewhere-unit", country="FR")
    north.stay("closed", start_on=dt.date(2025, 6, 1), end_on=dt.date(2025, 6, 2), home_organisation=elsewhere)
    data = flows.gather(
        north.programme.stays.all(), first=dt.date(2025, 4, 1), last=dt.date(2026, 3, 31),
        organisations=type(elsewhere).objects.all(),
    )  # fmt: skip
    assert [(pair["home"]["code"], pair["number"]) for pair in data["pairs"]] == [
        ("north-home", 2), ("elsewhere-unit", 1),
    ]  # fmt: skip
    with translation.override("ja"):
        assert flows.draw(data).rows[0].cells[0] == "北home"
