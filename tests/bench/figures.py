"""Every computed figure over a large house, beside one hand-written statement for each (limit L4, target 8).

200,000 stays, 60,000 applications with their screenings and signatures, 50,000 registrations, 5,000 startups. The rows
live in a transaction that is rolled back.
"""

import datetime as dt

from django.db import connection, models, transaction

from exchanges.models import Application, Approval, Stay, StayTask
from portal.accounts.models import Person
from portal.alliances.models import IPItem, Organisation, Outcome
from portal.figures import Period, codes, compute, definition
from portal.screening.models import Screening
from startups.models import Cohort, FundingRound, Milestone, Startup
from tests.bench.measure import Row, median, milliseconds, time_row
from workshops.models import Event, EventPerson, Meeting, Registration
from workshops.models.meeting import MeetingFollowUp

TARGET = 1.5
ROUNDS = 5
YEAR = Period.fiscal(2025)
PEOPLE, STAYS, APPLICATIONS, EVENTS, REGISTRATIONS, STARTUPS = 40_000, 200_000, 60_000, 2_000, 50_000, 5_000


def multiply(row: models.Model, times: int, **columns: str) -> int:
    """Copies of a row by one INSERT … SELECT; `columns` are SQL over the running number `n`. The first new key."""
    table = row._meta.db_table
    given = {"public_id": "gen_random_uuid()", **columns}
    columns_there = [field.column for field in row._meta.concrete_fields if not field.primary_key]
    names = ", ".join(f'"{name}"' for name in columns_there)
    values = ", ".join(given.get(name, f'origin."{name}"') for name in columns_there)
    with connection.cursor() as cursor:
        # Without parameters: the columns are full of per cent signs.
        cursor.execute(
            f"INSERT INTO {table} ({names}) SELECT {values} FROM {table} origin, "
            f"generate_series(0, {times - 1}) n WHERE origin.id = {row.pk} ORDER BY n RETURNING id"
        )
        return cursor.fetchone()[0]


def one_of(values) -> str:
    """SQL that picks one of the values by the running number."""
    listed = ", ".join(str(value) if isinstance(value, int) else f"'{value}'" for value in values)
    return f"(ARRAY[{listed}])[1 + n % {len(values)}]"


def build() -> None:
    """The large house, out of one row of each kind of the demonstration."""
    organisations = list(Organisation.objects.exclude(country="").values_list("pk", flat=True)[:40])
    person = Person.objects.get(code="p08")
    people = multiply(
        person, PEOPLE, code="'bench-' || n", email="'bench-' || n || '@example.org'", orcid="''", user_id="NULL",
        career_stage=one_of(["doctoral_student", "master_student", "postdoc", "faculty", "staff", ""]),
    )  # fmt: skip
    somebody = f"{people} + n % {PEOPLE}"
    application = Application.objects.get(code="a01")
    applications = multiply(
        application, APPLICATIONS, code="'bench-' || n", applicant_id=somebody,
        state=one_of(["selected", "declined", "declined", "waitlisted", "ineligible", "withdrawn"]),
        purpose=one_of(["internship", "lab_visit", "short_trip"]), decided_on="date '2019-04-01' + n % 2800",
        submitted_at="timestamptz '2019-02-01' + n % 2800 * interval '1 day'",
    )  # fmt: skip
    stay = Stay.objects.get(code="s01")
    start = "date '2019-04-01' + (n * 7) % 2700"
    stays = multiply(
        stay, STAYS, code="'bench-' || n", person_id=somebody, home_organisation_id=one_of(organisations),
        application_id=f"CASE WHEN n < {APPLICATIONS} THEN {applications} + n END", start_on=start,
        end_on=f"{start} + n % 120", original_end_on=f"{start} + n % 110", report_due_on=f"{start} + n % 120 + 30",
        report_received_on=f"{start} + n % 120 + n % 50", direction=one_of(["inbound", "inbound", "outbound"]),
        state=one_of(["closed", "closed", "closed", "departed", "active", "planned", "cancelled"]),
    )  # fmt: skip
    _signatures(application, applications, stay, stays)
    _outcomes(stays)
    _events(somebody)
    _startups()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _signatures(application: Application, applications: int, stay: Stay, stays: int) -> None:
    now = dt.datetime(2025, 1, 1, tzinfo=dt.UTC)
    decided = "timestamptz '2019-03-01' + n % 2800 * interval '1 day'"
    screening = Screening.objects.create(
        application=application, organisation=application.host_organisation, regime="JP", state="cleared"
    )
    multiply(
        screening, APPLICATIONS, application_id=f"{applications} + n", decided_at=decided,
        submitted_at=f"{decided} - n % 30 * interval '1 day'",
    )  # fmt: skip
    for part in Approval.HOST_PARTS:
        approval = Approval.objects.create(
            application=application, part=part, state="approved", asked_at=now, decided_at=now, due_on=now.date(),
            application_version=1,
        )  # fmt: skip
        multiply(
            approval, APPLICATIONS, application_id=f"{applications} + n", decided_at=f"{decided} + interval '3 days'",
            token_hash="''",
        )  # fmt: skip
    task = StayTask.objects.create(
        stay=stay, item_code="JI22-bench", sort_order=1, text_en="Pledge", owner_role="export_officer", anchor="end",
        offset=-14, offset_unit="days", due_on=now.date(), state="done", done_on=now.date(),
    )  # fmt: skip
    multiply(
        task, APPLICATIONS, stay_id=f"{stays} + n", item_code="'JI22'",
        state=one_of(["done", "done", "open", "waived"]),
        done_on="CASE WHEN n % 4 < 2 THEN date '2019-04-01' + (n * 7) % 2700 + n % 130 END",
    )  # fmt: skip


def _outcomes(stays: int) -> None:
    paper = Outcome.objects.create(code="bench-paper", kind="paper", title_en="Paper", state="verified")
    multiply(
        paper, 5_000, code="'bench-' || n", stay_id=f"{stays} + n * 7", doi="''",
        published_on="date '2019-06-01' + (n * 13) % 2600",
    )  # fmt: skip
    item = IPItem.objects.get(code="ip01")
    multiply(
        item, 3_000, code="'bench-' || n", project_start_on="date '2019-04-01' + n % 2700",
        decision_on="date '2019-04-01' + n % 2700 + n % 60 - 30", priority_date="date '2019-08-01' + n % 2700",
    )  # fmt: skip


def _events(somebody: str) -> None:
    event = Event.objects.get(code="ctqa-ws-2023")
    day = "date '2019-04-01' + n % 2700"
    events = multiply(
        event, EVENTS, code="'bench-' || n", starts_on=day, ends_on=day, last_on=day,
        state=one_of(["held", "reported"]),
        kind=one_of(["workshop", "symposium", "outreach", "lecture"]), series_code="'bench-' || n % 50",
        attended_count="n % 90", starts_at="NULL", ends_at="NULL",
    )  # fmt: skip
    registration = Registration.objects.get(code="r01")
    multiply(
        registration, REGISTRATIONS, code="'bench-' || n", event_id=f"{events} + n % {EVENTS}", person_id=somebody,
        email="'bench-' || n || '@example.org'", email_key="'bench-' || n || '@example.org'", token_hash="''",
        state=one_of(["attended", "attended", "confirmed", "no_show", "cancelled"]),
        affiliation_country=one_of(["JP", "US", "FR", "DE", ""]),
        career_stage=one_of(["doctoral_student", "postdoc", "faculty", ""]),
    )  # fmt: skip
    speaker = EventPerson.objects.filter(event=event).first()
    multiply(
        speaker, 10_000, code="'bench-' || n", event_id=f"{events} + n % {EVENTS}", family_name="'Speaker-' || n",
        role="'speaker'", email="''", token_hash="''", affiliation_country=one_of(["JP", "US", ""]),
        affiliation_id="NULL", person_id="NULL",
    )  # fmt: skip
    meeting = Meeting.objects.filter(starts_at__isnull=False).first()
    meetings = multiply(
        meeting, 5_000, code="'bench-' || n", state="'held'", event_id=f"{events} + n % {EVENTS}", slot_id="NULL",
        table_id="NULL", interpreter_id="NULL", requester_id=somebody, invitee_id=f"{somebody} + 1 - 2 * (n % 2)",
        starts_at="timestamptz '2019-04-01 01:00+00' + n % 2700 * interval '1 day'",
        ends_at="timestamptz '2019-04-01 02:00+00' + n % 2700 * interval '1 day'",
    )  # fmt: skip
    follow_up = MeetingFollowUp.objects.filter(meeting=meeting).first() or MeetingFollowUp.objects.create(
        meeting=meeting, outcome="nda", outcome_on=dt.date(2026, 1, 1)
    )
    multiply(
        follow_up, 3_000, meeting_id=f"{meetings} + n", outcome=one_of(["nda", "none", "poc"]),
        outcome_on="date '2019-04-01' + n % 2700 + n % 500",
    )  # fmt: skip


def _startups() -> None:
    cohort, startup = Cohort.objects.get(code="demo-joint-2025"), Startup.objects.get(code="demo-aoba-qubits")
    cohorts = multiply(cohort, 50, code="'bench-' || n", starts_on="date '2019-04-01' + n * 50", ends_on="NULL")
    startups = multiply(
        startup, STARTUPS, code="'bench-' || n", name="'Startup ' || n", cohort_id=f"{cohorts} + n % 50",
        founded_on="date '2018-01-01' + n % 3000", admitted_on="date '2019-06-01' + n % 2000",
        left_on="CASE WHEN n % 4 > 1 THEN date '2020-06-01' + n % 2000 END",
        ended_on="CASE WHEN n % 4 = 3 THEN date '2021-01-01' + n % 2500 END",
        state=one_of(["active", "active", "graduated", "closed_down"]),
    )  # fmt: skip
    milestone = Milestone.objects.filter(cohort=cohort).first()
    multiply(
        milestone, 20_000, code="'bench-' || n", startup_id=f"{startups} + n % {STARTUPS}",
        cohort_id=f"{cohorts} + n % 50", due_on="date '2019-06-01' + n % 2700",
        state=one_of(["verified", "missed", "waived", "verified"]),
        verified_on="date '2019-06-01' + n % 2700 + n % 9 - 5",
    )  # fmt: skip
    fund = FundingRound.objects.get(code="round-demo-1")
    multiply(
        fund, 8_000, code="'bench-' || n", startup_id=f"{startups} + n % {STARTUPS}",
        closed_on="date '2019-06-01' + n % 2700",
    )  # fmt: skip


# -- the same figures by hand ------------------------------------------------------------------------------------------
CAME, LEFT = "COALESCE(s.arrived_on, s.start_on)", "COALESCE(s.departed_on, s.end_on)"
TOOK_PLACE = "s.state IN ('arrived','active','suspended','curtailed','ending','departed','report_due','closed')"
OVER = "s.state IN ('departed','report_due','closed')"
BEGAN = f"FROM exchanges_stay s WHERE {TOOK_PLACE} AND {CAME} BETWEEN %(a)s AND %(b)s"
ENDED = f"FROM exchanges_stay s WHERE {OVER} AND {LEFT} BETWEEN %(a)s AND %(b)s"
TOUCHING = f"FROM exchanges_stay s WHERE {TOOK_PLACE} AND {LEFT} >= %(a)s AND {CAME} <= %(b)s"
INSIDE = f"LEAST({LEFT}, %(b)s::date) - GREATEST({CAME}, %(a)s::date) + 1"
PAPER = "o.kind IN ('paper','paper_press_release') AND o.state IN ('verified','published')"
DECIDED = """FROM exchanges_application p WHERE p.decided_on BETWEEN %(a)s AND %(b)s
  AND (p.state IN ('selected','waitlisted','declined') OR (p.state = 'withdrawn' AND EXISTS
       (SELECT 1 FROM exchanges_offer f WHERE f.application_id = p.id)))"""
HELD = "e.state IN ('held','reported','archived') AND e.starts_on BETWEEN %(a)s AND %(b)s AND e.evidence <> 'inferred'"
IN_DOOR = """(r.state = 'attended' OR EXISTS
  (SELECT 1 FROM workshops_checkin c WHERE c.registration_id = r.id AND c.undone_at IS NULL))"""
PEOPLE_OF_EVENTS = f"FROM workshops_registration r JOIN workshops_event e ON e.id = r.event_id WHERE {HELD}"
NUMBERS = f"""FROM workshops_event e LEFT JOIN (
    SELECT r.event_id, COUNT(*) FILTER (WHERE r.state IN ('confirmed','attended','no_show')) AS registered,
           COUNT(*) FILTER (WHERE {IN_DOOR}) AS came FROM workshops_registration r GROUP BY r.event_id
  ) people ON people.event_id = e.id WHERE {HELD}"""
CAME_TO = "COALESCE(NULLIF(people.came, 0), e.attended_count)"
MET = """FROM workshops_meeting m LEFT JOIN workshops_meetingfollowup f ON f.meeting_id = m.id
  WHERE m.state IN ('held','minutes_draft','minutes_approved')
  AND m.starts_at >= %(a)s::timestamp AT TIME ZONE 'Asia/Tokyo'
  AND m.starts_at < (%(b)s::date + 1)::timestamp AT TIME ZONE 'Asia/Tokyo'"""
AGREED = """f.outcome IN ('nda','poc','joint_research','investment','licence','contract')
  AND f.outcome_on <= (m.starts_at AT TIME ZONE 'Asia/Tokyo')::date + interval"""
FLOORS = {
    "X01": f"SELECT COUNT(DISTINCT s.person_id) {BEGAN}",
    "X02": f"""SELECT COUNT(DISTINCT s.person_id) FILTER (WHERE home.country <> host.country),
      COUNT(DISTINCT s.person_id) FROM exchanges_stay s
      LEFT JOIN alliances_organisation home ON home.id = s.home_organisation_id
      JOIN alliances_organisation host ON host.id = s.host_organisation_id
      WHERE {TOOK_PLACE} AND {CAME} BETWEEN %(a)s AND %(b)s""",
    "X03": f"SELECT COUNT(DISTINCT s.home_organisation_id) {BEGAN}",
    "X04": f"SELECT SUM({INSIDE}) {TOUCHING}",
    "X05": f"""SELECT AVG({LEFT} - {CAME} + 1) FROM exchanges_stay s
      WHERE s.state = 'closed' AND {LEFT} BETWEEN %(a)s AND %(b)s""",
    "X06": f"""SELECT SUM({INSIDE}) FILTER (WHERE s.direction = 'outbound'),
      SUM({INSIDE}) FILTER (WHERE s.direction = 'inbound') {TOUCHING}""",
    "X07": f"SELECT COUNT(DISTINCT s.person_id) {BEGAN}",
    "X08": f"""SELECT COUNT(*) FILTER (WHERE p.state = 'selected' OR EXISTS
      (SELECT 1 FROM exchanges_offer f WHERE f.application_id = p.id)), COUNT(*) {DECIDED}""",
    "X09": """SELECT PERCENTILE_CONT(0.5) WITHIN GROUP (ORDER BY p.decided_on - CASE
        WHEN c.intake_mode = 'window' AND c.closes_on IS NOT NULL THEN c.closes_on
        ELSE (p.submitted_at AT TIME ZONE 'Asia/Tokyo')::date END)
      FROM exchanges_application p JOIN programmes_call c ON c.id = p.call_id
      WHERE p.state IN ('selected','waitlisted','declined') AND p.decided_on BETWEEN %(a)s AND %(b)s""",
    "X12": f"SELECT COUNT(*) FILTER (WHERE s.end_on > s.original_end_on), COUNT(*) {ENDED}",
    "X13": f"""SELECT COUNT(*) FILTER (WHERE s.report_received_on <= s.report_due_on), COUNT(*)
      FROM exchanges_stay s WHERE {OVER} AND s.report_due_on BETWEEN %(a)s AND LEAST(%(b)s::date, %(today)s::date)""",
    "X14": f"SELECT COUNT(*) FROM alliances_outcome o WHERE {PAPER} AND o.stay_id IS NOT NULL "
    "AND o.published_on BETWEEN %(a)s AND %(b)s",
    "X15": """SELECT SUM(fte_percent) FILTER (WHERE fte_percent BETWEEN 1 AND 99) / 100.0
      FROM alliances_organisationrole WHERE from_date <= %(b)s AND (to_date IS NULL OR to_date >= %(b)s)""",
    "X16": f"""SELECT COUNT(*) FILTER (WHERE p.purpose IN ('lab_visit','short_trip'))
      FROM exchanges_stay s LEFT JOIN exchanges_application p ON p.id = s.application_id
      WHERE {TOOK_PLACE} AND {CAME} BETWEEN %(a)s AND %(b)s AND {LEFT} - {CAME} + 1 < 30""",
    "X17": f"""SELECT COUNT(DISTINCT s.person_id) FILTER (WHERE
        EXISTS (SELECT 1 FROM exchanges_stay t WHERE t.person_id = s.person_id AND t.start_on > {LEFT}
          AND {TOOK_PLACE.replace("s.", "t.")} AND t.start_on <= {LEFT} + interval '36 months')
        OR EXISTS (SELECT 1 FROM alliances_outcome o JOIN alliances_outcome_people x ON x.outcome_id = o.id
          WHERE x.person_id = s.person_id AND {PAPER} AND o.published_on > {LEFT}
          AND o.published_on <= {LEFT} + interval '36 months')
        OR EXISTS (SELECT 1 FROM workshops_eventperson w JOIN workshops_event e ON e.id = w.event_id
          WHERE w.person_id = s.person_id AND e.starts_on > {LEFT} AND e.starts_on <= {LEFT} + interval '36 months')),
      COUNT(DISTINCT s.person_id) {ENDED} AND {LEFT} + interval '36 months' < %(today)s""",
    "C10": """SELECT COUNT(*) FILTER (WHERE decision_on <= project_start_on), COUNT(*) FROM alliances_ipitem
      WHERE project_start_on BETWEEN %(a)s AND %(b)s""",
    "C11": """SELECT COUNT(*) FILTER (WHERE priority_date BETWEEN %(a)s AND %(b)s) FROM alliances_ipitem
      WHERE kind IN ('patent_family','peripheral_patent')
      AND state IN ('filed','published','granted','maintained','licensed','assigned','abandoned')""",
    "C13": """SELECT COUNT(*) FILTER (WHERE screened < consented), COUNT(*) FROM (
        SELECT s.id, MIN(k.decided_at) AS screened, GREATEST(
          MAX(v.decided_at) FILTER (WHERE v.part = 'host_researcher' AND v.state = 'approved'),
          MAX(v.decided_at) FILTER (WHERE v.part = 'host_unit_head' AND v.state = 'approved')) AS consented
        FROM exchanges_stay s JOIN exchanges_application p ON p.id = s.application_id
        LEFT JOIN exchanges_approval v ON v.application_id = p.id
        LEFT JOIN screening_screening k ON k.application_id = p.id GROUP BY s.id) x
      WHERE consented >= %(a)s::timestamp AT TIME ZONE 'Asia/Tokyo'
      AND consented < (%(b)s::date + 1)::timestamp AT TIME ZONE 'Asia/Tokyo'""",
    "C14": """SELECT PERCENTILE_CONT(0.5) WITHIN GROUP (ORDER BY (decided_at AT TIME ZONE 'Asia/Tokyo')::date
        - (submitted_at AT TIME ZONE 'Asia/Tokyo')::date) FROM screening_screening
      WHERE submitted_at IS NOT NULL AND decided_at >= %(a)s::timestamp AT TIME ZONE 'Asia/Tokyo'
      AND decided_at < (%(b)s::date + 1)::timestamp AT TIME ZONE 'Asia/Tokyo'""",
    "C15": f"""SELECT COUNT(*) FILTER (WHERE t.state = 'done' AND t.done_on <= {LEFT}), COUNT(*)
      FROM exchanges_stay s JOIN exchanges_staytask t ON t.stay_id = s.id AND t.item_code = 'JI22'
      WHERE {OVER} AND {LEFT} BETWEEN %(a)s AND %(b)s AND t.state IN ('open','done')""",
    "W01": f"SELECT COUNT(*) FROM workshops_event e WHERE {HELD}",
    "W03": f"SELECT SUM({CAME_TO}), SUM(COALESCE(NULLIF(people.registered, 0), e.registered_count)) {NUMBERS}",
    "W04": f"""SELECT COUNT(*) FILTER (WHERE {IN_DOOR}), COUNT(*) {PEOPLE_OF_EVENTS}
      AND r.state IN ('confirmed','attended','no_show') AND EXISTS (SELECT 1 FROM workshops_registration q
        WHERE q.event_id = r.event_id AND {IN_DOOR.replace("r.", "q.")})""",
    "W05": f"SELECT COUNT(DISTINCT NULLIF(r.affiliation_country, '')) {PEOPLE_OF_EVENTS} AND {IN_DOOR}",
    "W06": f"""SELECT COUNT(DISTINCT (w.event_id, w.family_name, w.given_name)) FILTER (WHERE
        w.affiliation_country <> '' AND w.affiliation_country <> e.country),
      COUNT(DISTINCT (w.event_id, w.family_name, w.given_name))
      FROM workshops_eventperson w JOIN workshops_event e ON e.id = w.event_id WHERE {HELD} AND w.state = 'accepted'
      AND w.role IN ('keynote_speaker','invited_speaker','speaker','presenter','panellist')""",
    "W07": f"""SELECT COUNT(*) FILTER (WHERE r.career_stage IN ('undergraduate','master_student','doctoral_student',
      'postdoc')), COUNT(*) {PEOPLE_OF_EVENTS} AND {IN_DOOR}""",
    "W08": f"SELECT COUNT(*) {NUMBERS} AND e.kind = 'workshop' AND {CAME_TO} <= 40",
    "W09": f"SELECT SUM({CAME_TO}) {NUMBERS} AND e.kind = 'outreach'",
    "W10": f"SELECT COUNT(*) {MET} AND {AGREED} '24 months'",
    "S06": f"SELECT COUNT(*) FILTER (WHERE {AGREED} '12 months'), COUNT(*) {MET}",
    "S04": """SELECT COUNT(*) FILTER (WHERE state = 'verified' AND verified_on <= due_on), COUNT(*)
      FROM startups_milestone WHERE state <> 'waived'
      AND due_on BETWEEN %(a)s AND LEAST(%(b)s::date, %(today)s::date)""",
    "S05": """SELECT SUM(amount * rate_to_jpy) FROM startups_fundinground WHERE verified_on IS NOT NULL
      AND NOT is_undisclosed AND closed_on BETWEEN %(a)s AND %(b)s""",
    "S07": """SELECT COUNT(*) FILTER (WHERE state IN ('graduated','exited')
        OR ended_on > left_on + interval '12 months'), COUNT(*) FROM startups_startup
      WHERE same_venture_as_id IS NULL AND left_on BETWEEN %(a)s AND %(b)s
      AND left_on + interval '12 months' <= %(today)s
      AND (state IN ('graduated','exited') OR (state = 'closed_down' AND ended_on > left_on))""",
}


def measure_figures() -> list[Row]:
    rows, sums = [], [0.0, 0.0]
    today = dt.date(2026, 11, 21)
    with transaction.atomic():
        build()
        for code in codes():
            if code not in FLOORS or not definition(code).is_computed:
                continue
            taken, floor = _measured(code, today)
            sums = [sums[0] + taken, sums[1] + floor]
            rows.append(Row(f"figure {code}", round(taken, 3), "ms", round(floor, 3), round(taken / floor, 2)))
        transaction.set_rollback(True)
    return [*rows, time_row(f"all figures over {STAYS:,} stays", sums[0], "ms", sums[1], TARGET)]


def _measured(code: str, today: dt.date) -> tuple[float, float]:
    """Milliseconds of the figure and of the statement by hand, which must say the same."""
    asked = {"a": YEAR.first, "b": YEAR.last, "today": today}

    def by_hand():
        with connection.cursor() as cursor:
            cursor.execute(FLOORS[code], asked)
            return cursor.fetchone()

    result, first = compute(code, period=YEAR, today=today), by_hand()
    counted = result.value if result.numerator is None else result.numerator
    if round(float(counted or 0), 3) != round(float(first[0] or 0), 3):
        raise RuntimeError(f"{code}: the figure says {counted}, the statement {first[0]}")
    taken = median(milliseconds(lambda: compute(code, period=YEAR, today=today), ROUNDS, warm_up=1))
    return taken, median(milliseconds(by_hand, ROUNDS, warm_up=1))
