"""The real way to a state: each step by the person whose step it is, through the services."""

import datetime as dt

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from exchanges.kind import EXCHANGE
from exchanges.models import Application, Offer, Stay
from exchanges.rules import settles_task
from exchanges.services import approvals, offers, prechecks, stays
from exchanges.services.intake import pass_eligibility
from portal.accounts.models import User
from portal.applications.services import applications, decisions, intake, reviews
from portal.screening.models import Question, Screening
from tests.factories.world import Side

PDF = (
    b"%PDF-1.7\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\n"
    b"trailer<</Root 1 0 R>>\n%%EOF\n"
)
CONSENTS = {"apply", "transfer"}

# Answers that lead to a clearance (rules R4 and R9).
QUIET_ANSWERS = {
    "JP-01": "public_only", "JP-02": "non_resident", "JP-03": "no", "JP-04": "no", "JP-05": "no", "JP-06": "yes",
    "JP-07": "yes", "JP-08": "no", "JP-09": "no", "JP-10": "group_a", "JP-11": "no", "JP-12": "no", "JP-13": "no",
    "JP-14": "no", "JP-15": "no", "JP-16": "no", "JP-17": "none",
    "US-01": "FR", "US-02": "no", "US-03": "no", "US-04": "no", "US-05": "no", "US-06": "yes", "US-07": "no",
    "US-08": "no", "US-09": "no", "US-10": "no", "US-11": "no", "US-12": "no", "US-13": "j_1", "US-14": "no",
    "US-15": "up_to_10_business_days", "US-16": "no", "US-17": "no",
}  # fmt: skip


def pdf(name: str = "cv.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, PDF, content_type="application/pdf")


def submitted(side: Side, **fields) -> Application:
    """A draft filled in, with its paper and consents, handed in by the fellow."""
    draft, fellow = filled_in(side, **fields), side.fellow
    return applications.submit_application(
        application=draft, consents=CONSENTS, language="en", actor=fellow, now=timezone.now()
    )


def filled_in(side: Side, fellow: User | None = None, **fields) -> Application:
    """A complete draft, of the side's fellow if no other is given."""
    now = timezone.now()
    fellow = fellow or side.fellow
    draft = applications.start_application(call=side.call, person=fellow.person, actor=fellow, now=now)
    start = timezone.localdate() + dt.timedelta(days=120)
    sections = {
        "studies": {
            "home_organisation": side.home_unit,
            "degree_course": "Doctoral course in physics",
            "field_of_study": "Quantum sensors",
            "enrolled_until": start + dt.timedelta(days=400),
        },
        "stay": {
            "host_organisation": side.host_unit,
            "host_person": side.host_researcher.person,
            "purpose": "internship",
            "start_requested": start,
            "end_requested": start + dt.timedelta(days=89),
        },
        "plan": {"topic": "Cold detectors", "plan": "We build one.", "motivation": "The refrigerator."},
        "home": {"supervisor_name": str(side.supervisor), "supervisor_email": side.supervisor.email},
    }
    for section, values in sections.items():
        values |= {name: value for name, value in fields.items() if name in EXCHANGE.section_by_key[section].fields}
        applications.save_section(application=draft, section=section, values=values, actor=fellow, now=now)
    applications.attach_document(application=draft, kind="cv", upload=pdf(), actor=fellow, now=now)
    draft.refresh_from_db()
    return draft


def in_precheck(side: Side, **fields) -> Screening:
    application = submitted(side, **fields)
    today = timezone.localdate()
    intake.start_check(application=application, actor=side.manager, today=today)
    return pass_eligibility(application=application, actor=side.manager, today=today)


def answered(side: Side, answers: dict[str, str] | None = None, **fields) -> Screening:
    """A case whose questions are all answered, and which the host has handed in."""
    screening = in_precheck(side, **fields)
    given = QUIET_ANSWERS | (answers or {})
    who = {"applicant": side.fellow, "host": side.host_researcher, "officer": side.export_officer}
    questions = Question.objects.filter(stage="pre", regime=screening.regime)
    for asked_to, actor in who.items():
        values = {question.code: given[question.code] for question in questions if question.asked_to == asked_to}
        prechecks.answer(screening=screening, values=values, actor=actor)
    return prechecks.submit(screening=screening, actor=side.host_researcher, now=timezone.now())


def at_both_sides(side: Side, **fields) -> Application:
    screening = answered(side, **fields)
    prechecks.clear(screening=screening, actor=side.export_officer, now=timezone.now())
    return Application.objects.get(pk=screening.application_id)


def under_review(side: Side, **fields) -> Application:
    """All four parts signed: three in the portal, the supervisor's by link."""
    application = at_both_sides(side, **fields)
    now = timezone.now()
    signers = {
        "host_researcher": side.host_researcher,
        "host_unit_head": side.host_head,
        "home_office": side.home_office,
        "home_supervisor": None,
    }
    for approval in application.approvals.all():
        approvals.decide(
            approval=approval,
            decision="approved",
            actor=signers[approval.part],
            token_holder_name=application.supervisor_name,
            now=now,
        )
    application.refresh_from_db()
    return application


def reviewed(side: Side, score: int = 4, **fields) -> Application:
    application = under_review(side, **fields)
    today = timezone.localdate()
    review = reviews.assign(
        application=application, reviewer=side.reviewer, due_on=today + dt.timedelta(days=14), actor=side.manager
    )
    reviews.accept(review=review, has_no_conflict=True, actor=side.reviewer)
    scores = {criterion.pk: score for criterion in side.call.criteria.all()}
    reviews.save(review=review, scores=scores, advice="yes", comment="Good.", actor=side.reviewer)
    reviews.submit(review=review, actor=side.reviewer, now=timezone.now())
    application.refresh_from_db()
    return application


def selected(side: Side, **fields) -> Application:
    application = reviewed(side, **fields)
    today = timezone.localdate()
    decisions.recommend(application=application, actor=side.manager, today=today)
    return decisions.select(application=application, actor=side.manager, today=today)


def offered(side: Side, **fields) -> Offer:
    offer = offers.prepare(application=selected(side, **fields), actor=side.manager, today=timezone.localdate())
    return offers.send(offer=offer, actor=side.manager, now=timezone.now())


def stay_before_arrival(side: Side, **fields) -> Stay:
    return offers.accept(offer=offered(side, **fields), actor=side.fellow, now=timezone.now())


def tick_off(side: Side, stay: Stay, **which) -> None:
    """Do the open tasks (narrowed by field lookups), each by somebody who may."""
    for task in stay.tasks.open().filter(**which):
        actor = next(user for user in side.users.values() if settles_task(user, task))
        stays.complete_task(task=task, actor=actor, today=timezone.localdate())


def arrived(side: Side, **fields) -> Stay:
    stay = stay_before_arrival(side, **fields)
    tick_off(side, stay, anchor="start", blocking=True)
    return stays.confirm_arrival(stay=stay, arrived_on=stay.start_on, actor=side.host_researcher, today=stay.start_on)


def report_due(side: Side, **fields) -> Stay:
    stay = arrived(side, **fields)
    stays.finish_arrival(stay=stay, actor=side.visa_officer, today=stay.start_on)
    stays.enter_exit(today=stay.end_on)
    tick_off(side, stay, anchor="end", blocking=True)
    stay.refresh_from_db()
    stays.confirm_departure(stay=stay, departed_on=stay.end_on, actor=side.host_researcher, today=stay.end_on)
    stays.ask_reports(today=stay.end_on + dt.timedelta(days=1))
    stay.refresh_from_db()
    return stay


def closed(side: Side, **fields) -> Stay:
    stay = report_due(side, **fields)
    values = {"body": "What we did.", "summary_en": "A detector."}
    stays.save_report(stay=stay, values=values, actor=side.fellow)
    now = timezone.now()
    stays.submit_report(stay=stay, actor=side.fellow, now=now)
    tick_off(side, stay, item_code__in=stays.SETTLEMENT)
    return stays.accept_report(stay=stay, actor=side.manager, now=now)
