"""What makes a demonstration worth looking around in: people to be, calls that take applications, work to do."""

import datetime as dt

from allauth.account.models import EmailAddress
from django.db import transaction
from django.utils import timezone

from exchanges import rules
from exchanges.models import Application, ChecklistItem, Stay, StayTask
from exchanges.services import stays
from portal.accounts.demo import DEMO_SIGN_INS
from portal.accounts.models import Person
from portal.accounts.roles import Role
from portal.accounts.services import ensure_user_for, grant_seat
from portal.alliances.models import Alliance, Organisation
from portal.applications.services import reviews
from portal.core.dates import FiscalCalendar, fiscal_year
from portal.core.workflow import StepError
from portal.figures import Subject, definition
from portal.programmes.models import Call, Criterion, Programme, RequestedDocument
from portal.reports.models import KpiDefinition, KpiValue, ReportRun
from portal.reports.rules.report import requests_reports
from portal.reports.rules.value import audits_value, freezes
from portal.reports.services.reports import request_report
from portal.reports.services.values import freeze, verify
from startups.models import CohortApplication
from startups.services import updates as startup_updates
from startups.services.applications import record_startup

# Seats beside those that come with the imported people: person, role, organisation, only for this alliance.
SEATS = (
    ("p02", Role.PROGRAMME_MANAGER, "tohoku", ""),
    ("p02", Role.VISA_OFFICER, "tohoku", ""),
    ("p02", Role.EVENT_ORGANISER, "demo_assoc", ""),
    # Nobody signs twice: where the coordinator signs for the host's unit, a colleague endorses for the home side.
    ("p23", Role.HOME_OFFICE, "tohoku", ""),
    ("p23", Role.STARTUP_MANAGER, "tohoku", ""),
    ("p04", Role.VISA_OFFICER, "kek", ""),
    ("p05", Role.EXPORT_OFFICER, "kek", ""),
    ("p06", Role.EXPORT_APPROVER, "kek", ""),
    ("p11", Role.REVIEWER, "demo_univ_a", ""),
    ("p14", Role.HOME_OFFICE, "uchicago", ""),
    ("p14", Role.EVENT_ORGANISER, "uchicago", ""),
    ("demo-uw", Role.HOME_OFFICE, "uw_seattle", ""),
    ("demo-uw", Role.ALLIANCE_ADMIN, "uw_seattle", "uw_tohoku_aos"),
)
OTHER_ALLIANCE = {
    "code": "demo-uw",
    "family_name": "Muestra",
    "given_name": "Avery",
    "email": "avery.muestra@example.org",
    "position_en": "International office",
    "position_ja": "国際課",
    "career_stage": Person.CareerStage.STAFF,
    "side": "us",
    "timezone": "America/Los_Angeles",
    "source": "invented",
}
CALLS = ("demo-ctqa-lab-rolling", "qup-ifp-rolling", "demo-qupip-2027a", "demo-joint-2027")
# Whom to ask about the invented calls, and what they are about; real calls keep what their source says.
CONTACTS = {"demo-ctqa-lab-rolling": "p02", "demo-qupip-2027a": "p04", "demo-joint-2027": "p23"}
ABOUT_EN = (
    "Come and work in a partner's laboratory: bring a question, use its equipment, go home with data and friends."
)
ABOUT_JA = (
    "連携先の研究室で研究してみませんか。問いを持って訪れ、装置を使い、データと新しい仲間を得て帰国する機会です。"
)
ABOUT_VENTURES_EN = (
    "For teams and young companies with a quantum technology: mentors, a test bed, first customers in both countries."
)
ABOUT_VENTURES_JA = (
    "量子技術を持つチームや若い企業のために、メンター、テストベッド、日米両国での最初の顧客との出会いを用意します。"
)
VENTURE_PAPERS = (
    ("deck", "Pitch deck", "ピッチ資料", "Ten pages at most.", "10ページ以内。", False),
    ("register", "Register extract", "登記事項証明書", "If there is a company.", "法人がある場合。", False),
)
VENTURE_CRITERIA = (
    ("Team", "チーム", "Who does what, and what is missing.", "役割分担と足りないもの。", 2),
    ("Technology", "技術", "New, protected, and ready for what comes next.", "新規性、権利、次の段階への準備。", 2),
    ("Market and need of support", "市場と支援の必要性", "What this programme changes.", "この支援が何を変えるか。", 1),
)
PAPERS = (
    # kind, English, Japanese, help in both, required
    ("cv", "Curriculum vitae", "履歴書", "Two pages are enough.", "2ページ程度で十分です。", True),
    ("enrolment", "Proof of enrolment or employment", "在籍証明書または在職証明書",
     "Issued within the last three months.", "発行から3か月以内のもの。", False),
)  # fmt: skip
CRITERIA = (
    (
        "Quality of the plan",
        "計画の質",
        "Clear question, feasible in the time.",
        "問いが明確で、期間内に実現可能か。",
        2,
    ),
    (
        "Fit with the host",
        "受入先との適合",
        "What the host has and others have not.",
        "受入先でなければできないことか。",
        1,
    ),
    (
        "Promise of the applicant",
        "応募者の将来性",
        "Compared with others of the same career stage.",
        "同じ段階の応募者と比べて。",
        1,
    ),
)
WITH_CHECKLIST = (Stay.State.ARRIVED, Stay.State.ACTIVE, Stay.State.ENDING, Stay.State.REPORT_DUE)
# Reports to look at: about what, and who asked for it.
REPORTS = ((Alliance, "ctqa", "p02"), (Programme, "qupip", "p04"))
# Figures that the statistics office has verified for the public, of the years that are over.
PUBLIC_ALLIANCE, PUBLIC_YEARS = "ctqa", 2
PUBLIC_FIGURES = ("C01", "C08", "S01", "W01", "W02", "W09")
AUDITOR = "p23"
REVIEW = ("a12", "p11")
MANAGER = "p02"
REVIEW_WITHIN = dt.timedelta(days=14)


@transaction.atomic
def prepare(*, today: dt.date) -> list[Person]:
    """Make everything that is not there yet; the people who can sign in, in the order of the home page."""
    _other_alliance()
    codes = {row.person_code for row in DEMO_SIGN_INS} | {row[0] for row in SEATS}
    people = {person.code: person for person in Person.objects.filter(code__in=codes)}
    for person in people.values():
        user = ensure_user_for(person=person, actor=None)
        # Nobody reads the mail of an invented address, and a second factor can be set up behind a proven one only.
        EmailAddress.objects.filter(user=user).update(verified=True)
    for code, role, organisation_code, alliance_code in SEATS:
        organisation = Organisation.objects.filter(code=organisation_code).first()
        alliance = Alliance.objects.filter(code=alliance_code).first() if alliance_code else None
        if code in people and organisation and bool(alliance_code) == bool(alliance):
            grant_seat(user=people[code].user, organisation=organisation, role=role, alliance=alliance, actor=None)
    for call in Call.objects.filter(code__in=CALLS):
        _furnish(call)
    _ask_for_review(today)
    _record_ventures(today)
    for stay in Stay.objects.filter(is_demo=True, state__in=WITH_CHECKLIST, tasks=None).select_related(
        "checklist_template", "home_organisation", "host_organisation", "application"
    ):
        _write_checklist(stay, today)
    startup_updates.ask_everybody(now=timezone.now())
    _verify_figures(today)
    _ask_for_reports(today)
    return [people[row.person_code] for row in DEMO_SIGN_INS if row.person_code in people]


def _other_alliance() -> None:
    university = Organisation.objects.filter(code="uw_seattle").first()
    if university and not Person.objects.filter(code=OTHER_ALLIANCE["code"]).exists():
        Person(**OTHER_ALLIANCE, organisation=university).save()


def _furnish(call: Call) -> None:
    """Papers, criteria, a text and somebody to ask, as far as the call has none."""
    for_ventures = call.programme is not None and call.programme.is_for_ventures
    contact = Person.objects.filter(code=CONTACTS.get(call.code, "")).first()
    if call.is_demo and contact and not call.contact_email:
        call.contact_name, call.contact_email = contact.name_in("en"), contact.email
        about_en, about_ja = (ABOUT_VENTURES_EN, ABOUT_VENTURES_JA) if for_ventures else (ABOUT_EN, ABOUT_JA)
        call.about_en, call.about_ja = call.about_en or about_en, call.about_ja or about_ja
        call.save()
    if not call.requested_documents.exists():
        papers = VENTURE_PAPERS if for_ventures else PAPERS
        for order, (kind, english, japanese, help_en, help_ja, is_required) in enumerate(papers):
            RequestedDocument.objects.create(
                call=call, kind=kind, name_en=english, name_ja=japanese, help_en=help_en, help_ja=help_ja,
                is_required=is_required, sort_order=order,
            )  # fmt: skip
    if not call.criteria.exists():
        criteria = VENTURE_CRITERIA if for_ventures else CRITERIA
        for order, (english, japanese, help_en, help_ja, weight) in enumerate(criteria):
            Criterion.objects.create(
                call=call,
                name_en=english,
                name_ja=japanese,
                help_en=help_en,
                help_ja=help_ja,
                weight=weight,
                sort_order=order,
            )


def _write_checklist(stay: Stay, today: dt.date) -> None:
    """The list that a stay of the data set would have by now: what was due is done, the rest is open.

    Where the report is missing, everything that was due after the last day is missing as well.
    """
    home, host = stay.home_organisation, stay.host_organisation
    templates = [stay.checklist_template, stays.sending_template(home.country if home else "", host.country)]
    tasks = {}
    for item in ChecklistItem.objects.filter(template__in=[template for template in templates if template]):
        if not stays.applies(item.applies_if, stay):
            continue
        due = stays.due_on(
            anchor=item.anchor, offset=item.offset, unit=item.offset_unit, start=stay.start_on, end=stay.end_on,
            country=host.country,
        )  # fmt: skip
        is_done = due < today and (stay.state != Stay.State.REPORT_DUE or due <= stay.end_on)
        tasks[item.item_code] = StayTask(
            stay=stay, item_code=item.item_code, sort_order=item.sort_order, text_en=item.text_en, text_ja=item.text_ja,
            owner_role=item.owner_role, organisation=home if item.owner_role in rules.HOME_SIDE else host,
            anchor=item.anchor, offset=item.offset, offset_unit=item.offset_unit, due_on=due, blocking=item.blocking,
            state=StayTask.State.DONE if is_done else StayTask.State.OPEN, done_on=due if is_done else None,
        )  # fmt: skip
    StayTask.objects.bulk_create(tasks.values())


def _record_ventures(today: dt.date) -> None:
    """Applications of ventures that came with the data set get the record that handing in would have begun."""
    rows = CohortApplication.objects.filter(is_demo=True, startup=None, state=CohortApplication.State.SUBMITTED)
    for application in rows.select_related("applicant", "cohort", "programme__owner"):
        founder = ensure_user_for(person=application.applicant, actor=None)
        record_startup(application=application, actor=founder, today=today)


def _ask_for_review(today: dt.date) -> None:
    """One application waits on the reviewer's desk, asked for by whoever runs its programme."""
    application = Application.objects.filter(code=REVIEW[0]).select_related("programme").first()
    reviewer = Person.objects.filter(code=REVIEW[1]).select_related("user").first()
    if application is None or reviewer is None or reviewer.user is None or application.reviews.exists():
        return
    manager = Person.objects.filter(code=MANAGER).select_related("user").first()
    if manager is None or manager.user is None or not rules.manages(manager.user, application):
        return
    try:
        reviews.assign(
            application=application, reviewer=reviewer.user, due_on=today + REVIEW_WITHIN, actor=manager.user
        )
    except StepError:  # somebody has looked around already and moved it
        return


def _verify_figures(today: dt.date) -> None:
    """The public page has something to show: figures without people, counted and verified by the statistics office."""
    auditor = Person.objects.filter(code=AUDITOR).select_related("user").first()
    alliance = Alliance.objects.filter(code=PUBLIC_ALLIANCE).first()
    known = set(KpiDefinition.objects.filter(code__in=PUBLIC_FIGURES).values_list("code", flat=True))
    if auditor is None or auditor.user is None or alliance is None:
        return
    subject = Subject.of("alliance", alliance)
    if not freezes(auditor.user, subject) or KpiValue.objects.filter(subject=subject.natural_key).exists():
        return
    this_year = fiscal_year(today, FiscalCalendar.JAPAN)
    for year in range(this_year - PUBLIC_YEARS, this_year):
        for code in PUBLIC_FIGURES:
            if code in known:
                period = definition(code).period_in(year, FiscalCalendar.JAPAN, today=today)
                value = freeze(code=code, subject=subject, period=period, actor=auditor.user, today=today)
                if audits_value(auditor.user, value):
                    verify(kpi_value=value, actor=auditor.user, now=timezone.now())


def _ask_for_reports(today: dt.date) -> None:
    """A report of the alliance and one of a programme; the worker writes them as soon as it runs."""
    for model, code, person_code in REPORTS:
        subject = model.objects.filter(code=code).first()
        person = Person.objects.filter(code=person_code).select_related("user").first()
        if subject is None or person is None or person.user is None or not requests_reports(person.user, subject):
            continue
        field = "alliance" if model is Alliance else "programme"
        if not ReportRun.objects.filter(**{field: subject}).exists():
            year = fiscal_year(today, FiscalCalendar.JAPAN)
            request_report(subject=subject, calendar=FiscalCalendar.JAPAN, year=year, actor=person.user, today=today)
