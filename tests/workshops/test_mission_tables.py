"""Missions as tables: what comes in takes its slot and table, and what goes out comes in again unchanged."""

import pytest

from portal.operations import dataset
from portal.transfers import exporting, registry
from portal.transfers.services import export_queryset, import_files
from tests.factories.missions import build_mission
from workshops.models import Meeting, MeetingSeat

pytestmark = pytest.mark.django_db

TABLES = (
    "demo_delegations", "demo_mission_companies", "demo_delegates", "demo_itinerary_legs", "demo_meeting_slots",
    "demo_meeting_tables", "demo_meetings", "demo_meeting_follow_ups",
)  # fmt: skip


def written(tmp_path, table):
    resource = registry.find(table)
    rows = exporting.rows_of(resource, export_queryset(resource=resource, actor=None), complete=True)
    path = tmp_path / f"{table}.csv"
    path.write_bytes(b"".join(exporting.csv_pieces(resource.header(complete=True), rows, "csv-plain")))
    return path


@pytest.mark.parametrize("table", TABLES)
def test_out_and_in_again_changes_nothing(world, tmp_path, table):
    mission = build_mission(world.north)
    interpreter = mission.delegate("Words", role="interpreter")
    meeting = mission.meeting("held", interpreter=interpreter, message="Bring a sample,\nplease.")
    mission.meeting("requested", invitee=mission.other_host, wished_slot=mission.slots[2])
    mission.follow_up(meeting, next_step="Samples", owner=mission.host.person, outcome="nda", outcome_on=world.today)
    (result,) = import_files([written(tmp_path, table)])
    assert result.problems == []
    assert (result.created, result.changed) == (0, 0)
    assert MeetingSeat.objects.count() == 3


def test_secrets_links_and_what_the_sides_said_stay_at_home():
    for table in TABLES:
        columns = set(registry.find(table).header(complete=True))
        assert not columns & {"token_hash", "feed_hash", "requester_mark", "invitee_mark", "minutes", "public_id"}


def incoming(tmp_path, mission, *lines: str):
    header = "code,event_code,requester_code,invitee_code,topic_en,starts_at,ends_at,timezone,place,status,"
    header += "nda_in_place,follow_up_en,source"
    path = tmp_path / "demo_meetings.csv"
    path.write_text("\n".join((header, *lines)) + "\n", encoding="utf-8")
    return import_files([path])[0]


def line(mission, code, requester, invitee, state, place="table 1") -> str:
    slot = mission.slots[0]
    cells = (
        code, mission.event.code, requester.person.code, invitee.person.code, "Films", slot.starts_at.isoformat(),
        slot.ends_at.isoformat(), slot.timezone, place, state, "no", "", "a list",
    )  # fmt: skip
    return ",".join(cells)


def test_a_meeting_at_the_time_of_a_slot_takes_it(world, tmp_path):
    mission = build_mission(world.north)
    result = incoming(tmp_path, mission, line(mission, "x1", mission.visitor, mission.host, "scheduled"))
    assert result.problems == []
    meeting = Meeting.objects.get(code="x1")
    assert (meeting.slot, meeting.table) == (mission.slots[0], mission.tables[0])
    assert meeting.seats.count() == 2


def test_one_that_is_only_agreed_takes_nothing_but_its_wish_is_known(world, tmp_path):
    mission = build_mission(world.north)
    incoming(tmp_path, mission, line(mission, "x1", mission.visitor, mission.host, "accepted"))
    meeting = Meeting.objects.get(code="x1")
    assert (meeting.wished_slot, meeting.slot) == (mission.slots[0], None)
    assert not MeetingSeat.objects.exists()


def test_a_double_booking_in_a_file_is_refused_with_its_line(world, tmp_path):
    mission = build_mission(world.north)
    result = incoming(
        tmp_path,
        mission,
        line(mission, "x1", mission.visitor, mission.host, "scheduled"),
        line(mission, "x2", mission.visitor, mission.other_host, "scheduled", "table 2"),
    )
    assert [problem.row for problem in result.problems] == [3]
    assert not Meeting.objects.exists()


def test_the_invented_mission_is_complete(world):
    names = {path.stem for path in dataset.files()}
    assert set(TABLES) - {"demo_meeting_follow_ups"} <= names
