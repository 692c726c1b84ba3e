"""Drafting and handing in: the clock, the versions, the consents, and whose hand it is."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile

from exchanges.kind import EXCHANGE
from exchanges.models import Application, ApplicationVersion
from portal.accounts.models import Consent, ConsentPurpose, CountrySystem
from portal.accounts.services import agrees, give_consents
from portal.alliances.models import Organisation
from portal.applications.services import applications, intake
from portal.applications.services.applications import CallClosed, Incomplete
from portal.core.bilingual import in_language
from portal.core.models import AuditEntry
from portal.core.workflow import StepError
from portal.documents.models import StoredFile
from portal.outbox.models import OutboxMessage
from portal.programmes.models import Call
from portal.reminders.models import ReminderRule
from portal.reminders.planning import plan_rule
from tests.factories import OrganisationFactory, journeys

MINUTE = dt.timedelta(minutes=1)


def hand_in(application, side, now, consents=frozenset(journeys.CONSENTS)):
    return applications.submit_application(
        application=application, consents=set(consents), language="ja", actor=side.fellow, now=now
    )


def ready(side, world) -> Application:
    draft = side.application("draft")
    applications.attach_document(application=draft, kind="cv", upload=journeys.pdf(), actor=side.fellow, now=world.now)
    return draft


def mails(kind: str) -> set[str]:
    return set(OutboxMessage.objects.filter(kind=kind).values_list("recipient_email", flat=True))


def test_starting_twice_gives_the_same_draft(world):
    side = world.north
    start = {"call": side.call, "person": side.fellow.person, "actor": side.fellow, "now": world.now}
    first = applications.start_application(**start)
    assert applications.start_application(**start) == first
    assert first.code == f"app-{first.pk:06d}"


def test_a_draft_is_started_by_its_owner_for_an_open_call_once(world):
    side = world.north
    start = {"call": side.call, "person": side.fellow.person, "now": world.now}
    with pytest.raises(PermissionDenied):
        applications.start_application(actor=side.manager, **start)
    with pytest.raises(CallClosed):
        applications.start_application(actor=side.fellow, **{**start, "now": side.call.closes_at})
    side.application("submitted")
    with pytest.raises(StepError, match="already applied"):
        applications.start_application(actor=side.fellow, **start)


def test_a_section_keeps_its_own_fields_only(world):
    side = world.north
    draft = side.application("draft")
    save = {"application": draft, "actor": side.fellow, "now": world.now}
    applications.save_section(section="plan", values={"topic": "Neutrinos"}, **save)
    applications.save_section(section="about", values={"family_name_ja": "試験", "career_stage": "postdoc"}, **save)
    draft.refresh_from_db()
    draft.applicant.refresh_from_db()
    assert (draft.topic, draft.saved_at, draft.applicant.family_name_ja) == ("Neutrinos", world.now, "試験")
    with pytest.raises(ValidationError):
        applications.save_section(section="plan", values={"state": "selected"}, **save)
    with pytest.raises(ValidationError):
        applications.save_section(section="about", values={"user": side.manager}, **save)
    with pytest.raises(ValidationError):
        applications.save_section(section="stay", values={"end_requested": world.today}, **save)


@pytest.mark.parametrize("who", ["manager", "host_researcher", "stranger"])
def test_nobody_else_writes_in_a_draft(world, who):
    draft = world.north.application("draft")
    with pytest.raises(PermissionDenied):
        applications.save_section(
            application=draft, section="plan", values={"topic": "x"}, actor=getattr(world.north, who), now=world.now
        )


def test_missing_items_name_section_and_field(world):
    side = world.north
    draft = side.application("draft", topic="", home_organisation=None, supervisor_email="")
    assert lacking(draft, world.today) == [
        ("studies", "home_organisation"), ("plan", "topic"), ("documents", "cv"), ("home", "supervisor_email"),
    ]  # fmt: skip


@pytest.mark.parametrize("address", ["fellow", "host_researcher"])
def test_nobody_signs_for_both_sides_as_supervisor(world, address):
    side = world.north
    draft = side.application("draft", supervisor_email=getattr(side, address).email)
    assert ("home", "supervisor_email") in lacking(draft, world.today)


def lacking(application, today) -> list[tuple[str, str]]:
    return [(item.section, item.field) for item in applications.missing_items(application, today)]


@pytest.mark.parametrize(
    ("nonsense", "field"),
    [
        (lambda side, today: {"start_requested": today}, "start_requested"),
        (lambda side, today: {"start_requested": dt.date(2020, 3, 1)}, "start_requested"),
        (lambda side, today: {"home_organisation": side.host}, "host_organisation"),
        (lambda side, today: {"home_organisation": OrganisationFactory(parent=side.host)}, "host_organisation"),
        (lambda side, today: {"host_organisation": side.elsewhere}, "host_person"),
        (lambda side, today: {"host_person": side.reviewer.person}, "host_person"),
    ],
)
def test_a_stay_that_cannot_be_is_not_handed_in(world, nonsense, field):
    side = world.north
    draft = ready(side, world)
    assert lacking(draft, world.today) == []
    Application.objects.filter(pk=draft.pk).update(**nonsense(side, world.today))
    draft = Application.objects.get(pk=draft.pk)
    assert lacking(draft, world.today) == [("stay", field)]
    with pytest.raises(Incomplete):
        hand_in(draft, side, world.now)


def test_a_host_may_sit_in_another_unit_of_the_host_institution(world):
    side = world.north
    draft = ready(side, world)
    draft.host_organisation = OrganisationFactory(parent=side.host)
    assert lacking(draft, world.today) == []
    draft.host_person.organisation = None  # then the seat says where
    assert lacking(draft, world.today) == []


@pytest.mark.parametrize("name", ["given_name", "family_name"])
def test_a_name_that_no_passport_shows_is_not_handed_in(world, name):
    side = world.north
    draft = ready(side, world)
    setattr(draft.applicant, name, "カミーユ")
    assert lacking(draft, world.today) == [("about", name)]


def test_handing_in_freezes_the_version_and_tells_both(world):
    side = world.north
    row = hand_in(ready(side, world), side, world.now)
    assert (row.state, row.version, row.submitted_at, row.in_grace) == ("submitted", 1, world.now, False)
    content = ApplicationVersion.objects.get(application=row, number=1).content
    assert content["application"]["topic"] == row.topic
    assert [document["kind"] for document in content["documents"]] == ["cv"]
    assert row.eligibility_checks.get().outcome == "eligible"
    assert mails("application_received") == {side.fellow.email}
    assert mails("application_arrived") == {side.manager.email}
    assert set(Consent.objects.filter(person=row.applicant).values_list("purpose__code", "language")) == {
        ("apply", "ja"), ("transfer", "ja"),
    }  # fmt: skip


def test_without_the_required_consents_nothing_is_handed_in(world):
    side = world.north
    draft = ready(side, world)
    with pytest.raises(Incomplete) as error:
        hand_in(draft, side, world.now, consents={"apply"})
    assert [(item.section, item.field) for item in error.value.items] == [("consents", "transfer")]
    draft.refresh_from_db()
    assert (draft.state, draft.version, Consent.objects.count()) == ("draft", 0, 0)


def test_the_transfer_abroad_is_asked_only_where_something_goes_abroad(world):
    side = world.north
    abroad, inside = side.application("draft"), world.south.application("draft", home_organisation=world.south.host)
    assert {purpose.code for purpose in EXCHANGE.consent_purposes(abroad)} == {
        "apply", "transfer", "screening_notice",
    }  # fmt: skip
    assert {purpose.code for purpose in EXCHANGE.consent_purposes(inside)} == {"apply", "screening_notice"}


def test_nobody_agrees_to_a_country_that_is_not_known_yet(world):
    open_ended = world.north.application("draft", host_organisation=None)
    assert {purpose.code for purpose in EXCHANGE.consent_purposes(open_ended)} == {"apply", "screening_notice"}


@pytest.mark.parametrize(
    ("country", "language", "said"),
    [
        ("JP", "en", ("(Japan)", "Act on the Protection of Personal Information", "https://www.ppc.go.jp/en/legal/")),
        ("JP", "ja", ("日本", "個人情報の保護に関する法律", "https://www.ppc.go.jp/personalinfo/legal/")),
        ("US", "en", ("(United States)", "FERPA", "https://www.ppc.go.jp/files/pdf/USA_report.pdf")),
        ("US", "ja", ("米国", "包括的な連邦法はなく", "https://www.ppc.go.jp/files/pdf/USA_report.pdf")),
        ("FR", "en", ("(France)", "many countries: https://www.ppc.go.jp/personalinfo/legal/kaiseihogohou/#gaikoku")),
    ],
)
def test_the_transfer_names_recipient_country_its_law_and_the_recipients_safeguards(world, country, language, said):
    host = world.north.host
    Organisation.objects.filter(pk=host.pk).update(country=country, website="https://host.example.org/")
    host.refresh_from_db()
    wording = ConsentPurpose.objects.get(code="transfer").wording_in(language, host)
    for words in (*said, in_language(host, "name", language), "https://host.example.org/"):
        assert words in wording
    assert "{" not in wording


def test_what_a_consent_keeps_is_the_wording_shown_and_another_recipient_is_asked_about_anew(world):
    side = world.north
    person, purpose = side.fellow.person, ConsentPurpose.objects.get(code="transfer")
    give = {"person": person, "codes": {"transfer"}, "language": "ja", "actor": side.fellow}
    (given,) = give_consents(recipient=side.host, **give)
    assert given.text == f"{purpose.text_ja}\n\n{purpose.wording_in('ja', side.host)}" and given.recipient == side.host
    assert agrees(person, purpose, side.host) and not agrees(person, purpose, world.south.host)
    assert give_consents(recipient=side.host, **give) == []
    give_consents(recipient=world.south.host, **give)
    assert agrees(person, purpose, side.host) and agrees(person, purpose, world.south.host)
    CountrySystem.objects.filter(country=side.host.country).update(text_ja="新しい説明")
    assert not agrees(person, purpose, side.host)
    give_consents(recipient=side.host, **give)
    assert agrees(person, purpose, side.host)
    assert Consent.objects.filter(recipient=side.host, withdrawn_at=None).count() == 1


def test_a_changed_wording_is_a_new_version(world):
    purpose = ConsentPurpose.objects.get(code="photo")
    purpose.wording_ja += "。"
    purpose.save()
    assert purpose.version == 2


@pytest.mark.parametrize(
    ("after_closing", "accepted"),
    [(-MINUTE, True), (dt.timedelta(), True), (14 * MINUTE, True), (15 * MINUTE, False), (dt.timedelta(days=1), False)],
)
def test_the_server_clock_decides_with_a_quarter_of_an_hour_of_grace(world, after_closing, accepted):
    side = world.north
    draft, now = ready(side, world), side.call.closes_at + after_closing
    if after_closing >= dt.timedelta():
        type(side.call).objects.filter(pk=side.call.pk).update(state="closed")
        draft.refresh_from_db()
    if accepted:
        assert hand_in(draft, side, now).in_grace == (after_closing >= dt.timedelta())
    else:
        with pytest.raises(CallClosed):
            hand_in(draft, side, now)


def test_a_paused_call_takes_nothing_and_keeps_the_draft(world):
    side = world.north
    draft = ready(side, world)
    type(side.call).objects.filter(pk=side.call.pk).update(state="paused")
    with pytest.raises(CallClosed):
        hand_in(Application.objects.get(pk=draft.pk), side, world.now)
    draft.refresh_from_db()
    assert draft.state == "draft"


def test_completing_makes_a_new_version_and_keeps_the_old_one(world):
    side = world.north
    application = journeys.submitted(side)
    intake.start_check(application=application, actor=side.manager, today=world.today)
    intake.return_application(application=application, items="A newer CV", actor=side.manager, today=world.today)
    applications.attach_document(
        application=application, kind="cv", upload=journeys.pdf("new.pdf"), actor=side.fellow, now=world.now
    )
    after_closing = side.call.closes_at + dt.timedelta(hours=1)
    row = hand_in(application, side, min(after_closing, world.now + dt.timedelta(days=3)))
    assert (row.state, row.version, row.returned_items, row.returned_until) == ("submitted", 2, "", None)
    names = [version.content["documents"][0]["name"] for version in row.versions.all()]
    assert names == ["cv.pdf", "new.pdf"]
    assert row.documents.filter(kind="cv").count() == 2


def test_a_paper_nobody_asked_for_and_a_wrong_file_are_refused(world):
    side = world.north
    draft = side.application("draft")
    attach = {"application": draft, "actor": side.fellow, "now": world.now}
    with pytest.raises(ValidationError, match="does not ask"):
        applications.attach_document(kind="passport", upload=journeys.pdf(), **attach)
    with pytest.raises(ValidationError):
        applications.attach_document(kind="cv", upload=SimpleUploadedFile("cv.pdf", b"MZ program"), **attach)
    assert not draft.documents.exists()


def test_removing_a_paper_from_a_draft_is_for_good_and_later_only_marks_it(world):
    side = world.north
    draft = ready(side, world)
    document = draft.documents.get()
    with pytest.raises(PermissionDenied):
        applications.remove_document(document=document, actor=side.manager, now=world.now)
    applications.remove_document(document=document, actor=side.fellow, now=world.now)
    assert not draft.documents.exists()
    handed_in = ready(world.south, world)
    Application.objects.filter(pk=handed_in.pk).update(state="returned", version=1, returned_until=world.today)
    document = handed_in.documents.get()
    applications.remove_document(document=document, actor=world.south.fellow, now=world.now)
    document.refresh_from_db()
    assert document.replaced_at == world.now


def test_withdrawing_frees_reviewers_and_declines_a_waiting_offer(world):
    side = world.north
    application = side.application("selected")
    offer, review = side.offer(application, "sent"), side.review(application)
    applications.withdraw_application(application=application, reason="Another place", actor=side.fellow, now=world.now)
    for row in (application, offer, review):
        row.refresh_from_db()
    assert (application.state, offer.state, review.state) == ("withdrawn", "declined", "cancelled")
    assert mails("application_withdrawn") == {side.manager.email, side.host_researcher.email, side.reviewer.email}


def test_an_accepted_offer_is_not_withdrawn_from(world):
    application = world.north.application("selected")
    world.north.offer(application, "accepted")
    with pytest.raises(StepError):
        applications.withdraw_application(application=application, reason="", actor=world.north.fellow, now=world.now)


def test_no_desk_is_told_of_a_draft(world):
    side = world.north
    draft = applications.start_application(call=side.call, person=side.fellow.person, actor=side.fellow, now=world.now)
    applications.attach_document(application=draft, kind="cv", upload=journeys.pdf(), actor=side.fellow, now=world.now)
    desks = (side.manager, side.alliance_admin, side.home_office)

    def trail(user):
        return set(AuditEntry.objects.visible_to(user).filter(target_id=str(draft.pk)).values_list("verb", flat=True))

    assert [trail(user) for user in desks] == [set(), set(), set()]
    Application.objects.update(created_at=world.now - 90 * 24 * 60 * MINUTE)
    plan_rule(ReminderRule.objects.get(code="N04"), now=side.call.closes_at - dt.timedelta(hours=24))
    Call.objects.update(state="closed")
    applications.lapse_drafts(now=side.call.closes_at + 15 * MINUTE)
    assert mails("draft_lapsed") and OutboxMessage.objects.filter(kind="reminder").exists()
    assert [trail(user) for user in desks] == [set(), set(), set()]
    assert [OutboxMessage.objects.visible_to(user).count() for user in desks] == [0, 0, 0]


def test_a_draft_is_discarded_with_its_papers_and_without_the_desk(world, django_capture_on_commit_callbacks):
    side = world.north
    draft = ready(side, world)
    applications.attach_document(application=draft, kind="cv", upload=journeys.pdf(), actor=side.fellow, now=world.now)
    kept = [document.file.file for document in draft.documents.all()]
    for stranger in (side.manager, side.stranger):
        with pytest.raises(PermissionDenied):
            applications.discard_draft(application=draft, actor=stranger)
    with django_capture_on_commit_callbacks(execute=True):
        applications.discard_draft(application=draft, actor=side.fellow)
    assert not Application.objects.filter(pk=draft.pk).exists() and not StoredFile.objects.exists()
    assert len(kept) == 2 and not any(file.storage.exists(file.name) for file in kept)
    entry = AuditEntry.objects.get(verb="application.discard")
    assert entry.organisation is None and entry.actor == side.fellow


def test_what_was_handed_in_is_not_discarded(world):
    for state in ("submitted", "returned", "withdrawn"):
        application = world.north.application(state)
        with pytest.raises(StepError, match="handed in"):
            applications.discard_draft(application=application, actor=world.north.fellow)
        assert Application.objects.filter(pk=application.pk).exists()


def test_drafts_of_closed_calls_lapse_after_the_grace_and_their_owners_are_told(world):
    side = world.north
    draft, other = side.application("draft"), world.south.application("draft")
    type(side.call).objects.filter(pk=side.call.pk).update(state="closed")
    assert applications.lapse_drafts(now=side.call.closes_at + 14 * MINUTE) == 0
    assert applications.lapse_drafts(now=side.call.closes_at + 15 * MINUTE) == 1
    draft.refresh_from_db()
    other.refresh_from_db()
    assert (draft.state, other.state) == ("expired", "draft")
    assert mails("draft_lapsed") == {side.fellow.email}
    assert applications.lapse_drafts(now=side.call.closes_at + 16 * MINUTE) == 0


def test_a_returned_application_lapses_a_day_after_its_day(world):
    application = world.north.application("returned", returned_until=world.today)
    day = dt.timedelta(days=1)
    assert applications.expire_returned(today=world.today + day) == 0
    assert applications.expire_returned(today=world.today + 2 * day) == 1
    application.refresh_from_db()
    assert application.state == "expired"


def test_applicants_of_a_cancelled_call_are_told_once(world):
    side = world.north
    side.application("under_review")
    type(side.call).objects.filter(pk=side.call.pk).update(state="cancelled")
    for _again in range(2):
        applications.tell_of_cancelled_calls()
    assert OutboxMessage.objects.filter(kind="call_cancelled").count() == 1
