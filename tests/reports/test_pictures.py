"""What the pictures say: targets by the right measure, the reader's language, and nobody else's sight."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone, translation

from portal.alliances.models import Agreement, Alliance, AllianceMember, Organisation, TechnologyArea
from portal.figures import Period, Subject, definition
from portal.home.pictures import flow_picture, season_picture
from portal.reports.board import Chosen, goal_of
from portal.reports.impact import targets_picture
from portal.reports.models import KpiDefinition, KpiTarget, KpiValue
from portal.reports.pictures import fellows, pipeline, targets
from tests.desk import sign_in
from tests.factories.anything import make
from tests.factories.startups import CohortFactory, StartupFactory
from tests.reports.samples import NOON, TODAY, load_catalogue, stays_in

pytestmark = pytest.mark.django_db
OVERVIEW = reverse("reports:overview")


@pytest.fixture
def north(world):
    load_catalogue()
    KpiTarget.objects.filter(kpi__code="S03").update(subject=f"programme:{world.north.programme.code}")
    return world.north


def aims(side, *, about=None, **fields) -> list[dict]:
    return targets.gather(
        KpiTarget.objects.select_related("kpi").filter(**fields),
        subject=about,
        day=TODAY,
        period=Period.fiscal(2026),
    )


def admitted(side, number: int) -> None:
    area = TechnologyArea.objects.create(code="qubits", name_en="Qubits")
    cohort = CohortFactory(programme=side.programme, starts_on=dt.date(2026, 4, 1))
    for _number in range(number):
        StartupFactory(cohort=cohort, technology_area=area, state="active", admitted_on=dt.date(2026, 4, 1))


# -- targets ----------------------------------------------------------------------------------------------------------
def test_a_target_of_a_size_is_measured_in_startups_not_in_per_cent(north):
    admitted(north, 3)
    (row,) = aims(north, kpi__code="S03")
    assert (row["value"], row["target"], row["unit"]) == ("3", "10.0000", "count")
    assert targets.draw([row]).rows[0].cells[1:] == ("3", "at most 10", "reached")


def test_what_is_not_known_stands_beside_the_value_and_takes_no_target_away(north):
    """In the picture, in its table and beside the figure: hubs whose first day nobody knows may be hubs or not."""
    network = Alliance.objects.create(code="hubs", name_en="Hubs", kind="national_network")
    hubs = [make(Organisation) for _number in range(7)]
    for hub, since in zip(hubs, [dt.date(2021, 2, 26)] * 5 + [None] * 2, strict=True):
        AllianceMember.objects.create(
            alliance=network,
            organisation=hub,
            role="hub",
            since_on=since,
            since_precision="day" if since else "unknown",
        )
    (row,) = aims(north, kpi__code="C03")
    assert (row["value"], row["unknown"]) == ("5", 2)
    picture = targets.draw([row])
    assert picture.rows[0].cells[1:] == ("5 (2 not known)", "at least 5", "reached")
    assert "5 (2 not known), target 5: reached" in picture.svg and "1 of 1" in picture.title
    target = KpiTarget.objects.get(kpi__code="C03")
    assert goal_of(target, definition("C03"), Chosen(None, 2026, "japan", TODAY)).words == (
        "5 (2 not known), target 5: reached"
    )
    value = {"kpi": target.kpi, "subject": target.subject, "unit": "count", "as_of": TODAY, "verified_at": NOON}
    verified = targets_picture([KpiValue(**value, value=5, unknown=2)])
    assert verified is not None and verified.rows[0].cells[1] == "5 (2 not known)"
    del row["unknown"]  # a report of earlier days
    assert targets.draw([row]).rows[0].cells[1] == "5"


def test_without_a_cohort_there_is_no_size_to_measure(north):
    picture = targets.draw(aims(north, kpi__code="S03"))
    assert picture.rows[0].cells[1:] == ("—", "at most 10", "–")
    assert picture.title == "0 of 1 targets reached"


def test_a_verified_share_stands_beside_such_a_target_with_its_size(north):
    shown = {
        "kpi": KpiDefinition.objects.get(code="S03"),
        "subject": f"programme:{north.programme.code}",
        "unit": "percent",
        "as_of": TODAY,
        "verified_at": NOON,
    }
    for size, said in ((12, ("12", "at most 10", "not yet")), (8, ("8", "at most 10", "reached"))):
        picture = targets_picture([KpiValue(**shown, value=50, numerator=size / 2, denominator=size)])
        assert picture is not None and picture.rows[0].cells[1:] == said
    assert targets_picture([KpiValue(**shown, value=50)]) is None
    elsewhere = shown | {"subject": "alliance:north"}
    assert targets_picture([KpiValue(**elsewhere, value=50, numerator=4, denominator=8)]) is None


def test_a_target_of_one_programme_is_measured_over_it_and_shown_on_no_page_about_another(north):
    admitted(north, 3)
    about_it, about_another = Subject.of("programme", north.programme), Subject.of("alliance", north.alliance)
    (row,) = aims(north, about=about_it, kpi__code="S03")
    assert row["value"] == "3"
    assert aims(north, about=about_another, kpi__code="S03") == []
    KpiTarget.objects.filter(kpi__code="S03").update(subject="programme:not-here")
    (row,) = aims(north, kpi__code="S03")
    assert row["value"] is None


def test_a_target_of_governments_counts_no_agreement_of_institutions(north):
    """As far as it was on the day by which it was to be reached."""
    for code, level, signed in (
        ("a", "institutional", dt.date(2021, 1, 1)),
        ("b", "bilateral_government", dt.date(2021, 1, 1)),
        ("c", "bilateral_government", dt.date(2025, 6, 1)),
    ):
        Agreement.objects.create(
            code=code, kind="other", level=level, title_en=code, state="in_force", alliance=north.alliance,
            signed_on=signed, in_force_from=signed,
        )  # fmt: skip
    (row,) = aims(north, kpi__code="C01")
    assert (row["value"], row["target"]) == ("1", "1.0000")


def test_a_target_whose_figure_has_no_records_stays_and_says_so(north):
    picture = targets.draw(aims(north, kpi__code="C04"))
    assert picture.rows[0].cells[1:] == ("—", "at least 1", "–")
    assert "keeps no records yet of technology field and founding date of consortia" in picture.note
    assert "0 of 1" in picture.title


def test_a_yearly_event_is_reached_or_not_yet_and_never_no_of_yes(north):
    picture = targets.draw(aims(north, kpi__code="W02"))
    assert "not yet" in picture.svg and "target yes" not in picture.svg


# -- empty years ------------------------------------------------------------------------------------------------------
def test_years_before_the_first_fellow_are_left_out_but_for_the_one_to_compare_with(north):
    def years(first_values):
        data = {"calendar": "japan", "years": [2022, 2023, 2024, 2025, 2026]}
        picture = fellows.draw({**data, "groups": [{"country": "US", "values": first_values}]})
        return [row.cells[0] for row in picture.rows]

    assert years([0, 0, 0, 0, 2]) == ["FY2025", "FY2026"]
    assert years([0, 3, 0, 0, 0]) == ["FY2023", "FY2024", "FY2025", "FY2026"]


def test_a_picture_of_nothing_is_a_sentence(north):
    picture = fellows.draw({"calendar": "japan", "years": [2025, 2026], "groups": []})
    assert picture.is_empty and picture.title == "No fellow came in FY2025 to FY2026"
    nothing = pipeline.draw({"call": None, "stages": dict.fromkeys(("checked", "agree", "reviewed"), 0)})
    assert nothing.is_empty and nothing.title == "No application was handed in"


# -- whose, and in which language -------------------------------------------------------------------------------------
def test_numbers_of_the_overview_are_in_the_language_of_each_reader(north, client, settings):
    stays_in(north, 2, start=timezone.localdate())
    reader = sign_in(client, north.alliance_admin, settings)
    said = {}
    for language in ("en", "ja"):
        client.cookies["django_language"] = language
        with translation.override(language):
            said[language] = str(reader.get(OVERVIEW).context["dashboard"].numbers[0].basis)
    assert said["en"].startswith("FY") and said["ja"].endswith("年度")


def test_a_number_of_the_overview_opens_the_records_behind_it(north, client, settings):
    person = stays_in(north, 1, start=timezone.localdate())[0].person
    reader = sign_in(client, north.alliance_admin, settings)
    number = reader.get(OVERVIEW).context["dashboard"].numbers[0]
    page = reader.get(number.url)
    assert page.context["kpi"].code == "X01" and person.code in page.content.decode()


def test_with_the_end_of_a_seat_nothing_kept_from_its_time_is_seen(north, client, settings):
    today = timezone.localdate()
    stays_in(north, 2, start=today)
    user = north.manager
    reader = sign_in(client, user, settings)
    assert reader.get(OVERVIEW).status_code == 200
    assert not flow_picture(user, today).is_empty
    assert "2" in season_picture(user, today).title
    user.seats.update(ends_on=today - dt.timedelta(days=1))
    later = type(user).objects.get(pk=user.pk)  # the user of the next request
    assert reader.get(OVERVIEW).status_code == 404
    assert flow_picture(later, today).is_empty
    assert "2" not in season_picture(later, today).title
