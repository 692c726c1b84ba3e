"""Every address of the portal's own pages: what it is about, and who may read it and act there.

`get` and `post` name roles of the alliance that the object belongs to (see `tests.permissions.cast`): "" is nobody, and
None that the method does not exist there. Who is not named gets the answer that a missing object gives.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

EVERYBODY = "everybody"  # without signing in
SIGNED_IN = "signed-in"
STAFF = "home_office manager export_officer foreign_manager"
FIGURES = "home_office manager foreign_manager"
# Whoever looks after one person's exchange, with the person and the host.
PARTIES = "fellow host home_office manager"


@dataclass(frozen=True)
class Line:
    name: str
    about: str = ""  # a key of `tests.permissions.objects.objects_of`
    get: str | None = None
    post: str | None = None
    data: Mapping[str, str] = field(default_factory=dict)
    more: Mapping[str, str] = field(default_factory=dict)  # the rest of the address
    shared: bool = False  # the objects belong to no side
    absent: bool = False  # answers 404 to everybody as long as there is nothing to show

    def __str__(self):
        return " ".join(filter(None, (self.name, self.about, *self.more.values())))


NO_ID = "00000000-0000-4000-8000-000000000000"
TODAY = "today"  # replaced by the day on which the tests run

TABLE = (
    # -- for everybody
    Line("home:index", get=EVERYBODY),
    Line("home:calls", get=EVERYBODY),
    Line("home:call", "call", get=EVERYBODY),
    Line("home:call", "draft_call", get="", absent=True),
    Line("home:call_calendar", "call", get=EVERYBODY),
    Line("home:call_calendar", "draft_call", get="", absent=True),
    Line("home:programmes", get=EVERYBODY),
    Line("home:programme", "programme", get=EVERYBODY),
    Line("documents:verify_form", get=EVERYBODY),
    Line("documents:verify", get="", more={"code": "7K3M-Q9TX-2BHN"}, absent=True),
    Line("set_language", post=EVERYBODY, data={"language": "en", "next": "/"}),
    Line("ui:theme", post=EVERYBODY, data={"theme": "dark", "next": "/"}),
    Line("javascript-catalog", get=EVERYBODY),
    # -- an account
    Line("home:desk", get=SIGNED_IN),
    Line("accounts:profile", get=SIGNED_IN, post=SIGNED_IN),
    Line("accounts:consents", get=SIGNED_IN),
    Line("accounts:consent_give", post=SIGNED_IN, data={"code": "photo"}),
    Line("accounts:consent_withdraw", "consent", post="fellow"),
    Line("accounts:demo", post="", data={"who": "kek"}, absent=True),
    # -- applying
    Line("exchanges:start", "call", post=SIGNED_IN),
    Line("exchanges:start", "draft_call", post="manager export_officer"),  # her own desk's call; nothing is begun
    Line("exchanges:application", "application", get="fellow"),
    Line("exchanges:application", "draft", get="fellow"),
    Line("exchanges:section", "draft", get="fellow", post="fellow", data={"topic": "X"}, more={"key": "plan"}),
    Line("exchanges:section", "draft", get="fellow", post="fellow", more={"key": "documents"}),
    Line("exchanges:section", "draft", get="", post="", more={"key": "nothing"}),
    Line("exchanges:attach", "draft", post="fellow", more={"paper": "cv"}),
    Line("exchanges:remove", "draft_paper", post="fellow"),
    Line("exchanges:submit", "draft", post="fellow"),
    Line("exchanges:receipt", "application", get="fellow"),
    Line("exchanges:preview", "application", get="fellow"),
    Line("exchanges:withdraw", "application", get="fellow", post="fellow", data={"reason": "Another plan"}),
    Line("exchanges:discard", "draft", get="fellow", post="fellow"),
    Line("exchanges:questions", "asked", get=PARTIES, post=PARTIES),  # the desks are sent on: nothing to answer
    # -- files
    Line("documents:download", "paper", get=PARTIES),
    Line("documents:download", "draft_file", get="fellow"),
    # -- signatures
    Line("exchanges:consent", "host_part", get="host", post="host", data={"decision": "approved"}),
    Line("exchanges:consent", "home_part", get="home_office", post="home_office", data={"decision": "approved"}),
    Line("exchanges:consent", "link", get="", post=""),
    Line("exchanges:approve", get="", post="", absent=True),
    Line("exchanges:approve_renew", post=EVERYBODY),
    Line("exchanges:approve_link", get="", more={"token": "x" * 43}, absent=True),
    # -- the offer
    Line("exchanges:offer", "offer", get="fellow"),
    Line("exchanges:offer", "secret_offer", get=""),
    Line("exchanges:offer_accept", "offer", get="fellow", post="fellow"),
    Line("exchanges:offer_accept", "secret_offer", get="", post=""),
    Line("exchanges:offer_decline", "offer", get="fellow", post="fellow"),
    # -- the stay
    Line("exchanges:stay", "coming", get=PARTIES),
    Line("exchanges:task", "fellow_task", get=f"{PARTIES} export_officer", post="fellow manager"),
    Line("exchanges:task", "host_task", get=f"{PARTIES} export_officer", post="host manager"),
    Line("exchanges:arrival", "coming", get=PARTIES, post="host", data={"day": TODAY}),
    Line("exchanges:departure", "leaving", get=PARTIES, post="host", data={"day": TODAY}),
    Line("exchanges:report", "over", get="fellow", post="fellow", data={"body": "More"}),
    Line("exchanges:report_submit", "over", post="fellow"),
    Line("exchanges:outcome", "over", get="fellow host", post="fellow host", data={"kind": "paper", "title": "X"}),
    # -- hosts and reviewers
    Line("exchanges:hosting", get=SIGNED_IN),
    Line("exchanges:reviews", get=SIGNED_IN),
    Line("exchanges:review", "review", get="reviewer", post="reviewer", data={"comment": "X"}),
    Line("exchanges:review_accept", "new_review", post="reviewer", data={"conflict": "none"}),
    Line("exchanges:review_decline", "new_review", post="reviewer", data={"reason": "I know her"}),
    Line("exchanges:review_submit", "review", post="reviewer"),
    # -- startups: founders, mentors, and what everybody sees
    Line("startups:index", get=EVERYBODY),
    Line("startups:page", "startup", get="", absent=True),  # agreed to, and not yet released by the desk
    Line("startups:mine_all", get=SIGNED_IN),
    Line("startups:mine", "startup", get="fellow"),
    Line("startups:facts", "applicant", get="fellow", post="fellow", data={"name": "X"}),
    Line("startups:leave", "startup", get="fellow", post="fellow", data={"reason": "X"}),
    Line("startups:showcase", "startup", get="fellow", post="fellow", data={"one_liner_en": "X"}),
    Line("startups:showcase_consent", "startup", post="fellow"),
    Line("startups:showcase_withdraw", "startup", post="fellow"),
    Line("startups:milestone", "milestone", get="fellow reviewer", post="fellow", data={"evidence": "X"}),
    Line("startups:milestone_start", "milestone", post="fellow"),
    Line("startups:mentoring", get=SIGNED_IN),
    Line("startups:update", "update", get="fellow", post="fellow", data={"news": "X"}),
    Line("startups:update_by_link", get="", post="", absent=True),
    Line("startups:update_sent", get="", absent=True),
    Line("startups:update_renew", post=EVERYBODY),
    Line("startups:update_link", get="", more={"token": "x" * 43}, absent=True),
    # -- a mission: each one's own pages, by sign-in or by a personal link
    Line("workshops:missions", get=SIGNED_IN),
    Line("workshops:mission_link", get="", more={"token": "x" * 43}, absent=True),
    Line("workshops:mission_feed", get="", more={"token": "x" * 64}, absent=True),
    Line("workshops:mission_expired", get=EVERYBODY),
    Line("workshops:mission_renew", post=EVERYBODY),
    Line("workshops:mission", "delegate", get="fellow"),
    Line("workshops:mission_people", "delegate", get="fellow"),
    Line("workshops:mission_meetings", "delegate", get="fellow"),
    Line("workshops:mission_calendar", "delegate", get="fellow"),
    Line("workshops:mission_new_feed", "delegate", post="fellow"),
    Line("workshops:meeting_ask", "delegate", get="fellow", post="fellow", data={"topic": "X"}),
    Line("workshops:meeting", "meeting", get="fellow"),
    Line("workshops:meeting_accept", "meeting", post="fellow", data={"slot": ""}),
    Line("workshops:meeting_decline", "meeting", post="fellow"),
    Line("workshops:meeting_choose", "meeting", post="fellow"),
    Line("workshops:meeting_cancel", "meeting", post="fellow", data={"reason": "Ill"}),
    Line("workshops:meeting_mark", "meeting", post="fellow", data={"held": "yes"}),
    Line("workshops:meeting_minutes", "meeting", post="fellow", data={"text": "We met."}),
    Line("workshops:meeting_approve", "meeting", post="fellow"),
    Line("workshops:meeting_follow_up", "meeting", post="fellow", data={"next_step": "X"}),
    Line("admin:workshops_delegation_schedule", "delegation", get="manager"),
    # -- registering for events, and what a participant does by the personal link
    Line("workshops:index", get=EVERYBODY),
    Line("workshops:event", "event", get=EVERYBODY),
    Line("workshops:event", "planned_event", get="manager", absent=True),
    Line("workshops:calendar", "event", get=EVERYBODY),
    Line("workshops:calendar", "planned_event", get="manager", absent=True),
    Line("workshops:report", "held_event", get="manager", post="manager", data={"report_en": "Good talks."}),
    Line("workshops:report", "event", get="", post=""),
    Line("workshops:my_calendar", get=SIGNED_IN),
    Line("workshops:feed_renew", post=SIGNED_IN),
    Line("workshops:feed_revoke", post=SIGNED_IN),
    Line("workshops:personal_feed", get="", more={"token": "x" * 43}, absent=True),
    Line("workshops:alliance_feed", "alliance", get=EVERYBODY),
    Line("workshops:still_coming", get="", post="", absent=True),
    Line("workshops:still_coming_link", get="", more={"token": "x" * 43}, absent=True),
    Line("workshops:register", "event", get=EVERYBODY, post=EVERYBODY, data={"person_name": "X"}),
    Line("workshops:mail_link", "event", get=EVERYBODY, post=EVERYBODY, data={"email": "x@example.org"}),
    Line("workshops:registered", "event", get=EVERYBODY),
    Line("workshops:participants", "event", get="fellow manager", absent=True),
    Line("workshops:registration_own", "registration", get="fellow"),
    Line("workshops:registration", get="", absent=True),
    Line("workshops:registration_change", get="", post="", absent=True),
    Line("workshops:registration_cancel", get="", post="", absent=True),
    Line("workshops:registration_take", post="", absent=True),
    Line("workshops:registration_decline", post="", absent=True),
    Line("workshops:registration_badge", get="", absent=True),
    Line("workshops:registration_certificate", get="", post="", more={"language": "en"}, absent=True),
    Line("workshops:registration_visa", get="", post="", absent=True),
    Line("workshops:registration_visa_letter", get="", absent=True),
    Line("workshops:registration_renew", post=EVERYBODY),
    Line("workshops:registration_link", get="", more={"token": "x" * 43}, absent=True),
    # -- the door of an event
    Line("workshops:door", "event", get="manager"),
    Line("workshops:door_here", "event", post="manager"),
    Line("workshops:walk_in", "event", get="manager", post="manager"),
    Line("workshops:badges", "event", get="manager"),
    Line("workshops:ticket", "registration", get="manager", post="manager"),
    Line("workshops:ticket_undo", "registration", post="manager"),
    # -- a speaker's own pages by personal link, and the programme
    Line("workshops:speaker", get="", absent=True),
    Line("workshops:speaker_answer", post="", data={"answer": "accept"}, absent=True),
    Line("workshops:speaker_withdraw", get="", post="", absent=True),
    Line("workshops:speaker_section", get="", post="", more={"key": "talk"}, absent=True),
    Line("workshops:speaker_portrait", get="", post="", absent=True),
    Line("workshops:speaker_own_portrait", get="", absent=True),
    Line("workshops:speaker_calendar", get="", absent=True),
    Line("workshops:speaker_renew", post=EVERYBODY),
    Line("workshops:speaker_own", "talk", get="fellow"),
    Line("workshops:speaker_link", get="", more={"token": "x" * 43}, absent=True),
    Line("workshops:programme", "event_with_programme", get=EVERYBODY, shared=True),  # read through the public event
    Line("workshops:portrait", get="", more={"code": "x", "public_id": NO_ID}, absent=True),
    Line("admin:workshops_session_timetable", "event_with_programme", get="manager"),
    Line("admin:workshops_session_plan", "event_with_programme", get="manager", post="manager"),
    Line("admin:workshops_session_edit", "session", get="manager", post="manager"),
    Line("admin:workshops_session_delete_draft", "session", post="manager"),
    Line("admin:workshops_eventperson_invite", "event_with_programme", get="manager", post="manager"),
    # -- ventures apply to cohorts
    Line("startups:start", "venture_call", post=SIGNED_IN),
    Line("startups:start", "call", post=""),  # a call for people
    Line("startups:application", "venture", get="fellow"),
    Line("startups:application", "venture_draft", get="fellow"),
    Line("startups:section", "venture_draft", get="fellow", post="fellow", data={"problem": "X"}, more={"key": "plan"}),
    Line("startups:attach", "venture_draft", post="fellow", more={"paper": "deck"}),
    Line("startups:remove", "venture_paper", post="fellow"),
    Line("startups:submit", "venture_draft", post="fellow"),
    Line("startups:receipt", "venture", get="fellow"),
    Line("startups:preview", "venture", get="fellow"),
    Line("startups:withdraw", "venture", get="fellow", post="fellow", data={"reason": "Another plan"}),
    Line("startups:discard", "venture_draft", get="fellow", post="fellow"),
    Line("startups:reviews", get=SIGNED_IN),
    Line("startups:review", "venture_review", get="reviewer", post="reviewer", data={"comment": "X"}),
    Line("startups:review_accept", "new_venture_review", post="reviewer", data={"conflict": "none"}),
    Line("startups:review_decline", "new_venture_review", post="reviewer", data={"reason": "I know her"}),
    Line("startups:review_submit", "venture_review", post="reviewer"),
    Line("admin:startups_cohortapplication_ranking", "venture_call", get=""),  # the startup manager's
    # -- the desk: imports belong to the person who began them
    Line("admin:transfers_upload", get=STAFF, post=STAFF),
    Line("admin:transfers_job", "job", get="manager"),
    Line("admin:transfers_problems", "job", get="manager"),
    Line("admin:transfers_confirm", "job", post="manager"),
    Line("admin:transfers_discard", "job", post="manager"),
    Line("admin:transfers_export", get="manager foreign_manager", more={"table": "demo_update_figures"}),
    Line("admin:transfers_export", get="", more={"table": "passwords"}, absent=True),
    Line("admin:exchanges_application_ranking", "call", get="manager", post="manager"),
    # -- figures: whose seat shows figures may open the pages; what is counted is her own rows
    # -- directors: overview and reports
    Line("home:alliance", "alliance", get=EVERYBODY),
    Line("reports:impact", get=EVERYBODY),
    Line("reports:overview", get=FIGURES),
    Line("reports:reports", get=FIGURES, post="manager foreign_manager"),
    Line("reports:report", "report", get="home_office manager"),
    Line("reports:progress", "report", get="home_office manager"),
    Line("reports:cancel", "report", post="manager"),
    # -- the desk: what goes out
    Line("admin:reminders_outlook", get="home_office manager foreign_manager"),
    Line("admin:reminders_planned", get="", post="", more={"key": "N11:exchanges.offer.1:x:y:z"}),
    Line("admin:reports_figures", get=FIGURES),
    Line("admin:reports_figure", "kpi", get=FIGURES, shared=True),
    Line("admin:reports_figures_export", get=FIGURES, more={"form": "csv"}),
    Line("admin:reports_figures_export", get="", more={"form": "exe"}, absent=True),
    Line("admin:reports_freeze", post="", data={"part": "X"}, absent=True),  # by the statistics office alone
    # -- the development mailbox, where no mail leaves the machine
    Line("outbox:mailbox", get=STAFF, shared=True, absent=True),
    Line("outbox:mail", "mail", get=STAFF, shared=True, absent=True),
    Line("outbox:mail_html", "mail", get=STAFF, shared=True, absent=True),
    Line("outbox:mail_calendar", "mail", get=STAFF, shared=True, absent=True),
)

# Answered by a middleware before addresses are looked up.
PROBES = ("/healthz", "/readyz", "/readyz/pages")

# Walked elsewhere: the sign-in library's pages are about the signed-in person alone, and the admin's pages are
# generated from its registry (tests/core/test_admin_doors.py).
ELSEWHERE = (
    r"(account|mfa|socialaccount|usersessions|orcid|saml)_\w+",
    r"admin:[a-z]+_[a-z]+_(changelist|add|history|delete|change|step|export)",
    r"admin:(index|login|logout|search|autocomplete|password_change|password_change_done|jsi18n|view_on_site|app_list)",
    r"(admin:)?",  # nameless redirects of the libraries, and what the admin answers to unknown addresses
)
