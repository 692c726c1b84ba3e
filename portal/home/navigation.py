"""The sidebar of the desk: one line for each list that the person may open."""

from django.contrib import admin
from django.urls import reverse
from django.utils.translation import gettext as _

from portal.core.scoping import may_show_rows


def sections() -> list[tuple[str, list[tuple[str, str]]]]:
    """Headings with (model label or name of a page, symbol). What nobody may open disappears with its heading."""
    return [
        (
            _("Exchanges"),
            [
                ("exchanges.Application", "description"),
                ("exchanges.Approval", "approval"),
                ("exchanges.Review", "rate_review"),
                ("screening.Screening", "shield"),
                ("exchanges.Offer", "mark_email_read"),
                ("exchanges.Stay", "flight_land"),
                ("exchanges.StayTask", "checklist"),
                ("exchanges.StayReport", "article"),
                ("exchanges.ChecklistTemplate", "fact_check"),
            ],
        ),
        (_("Calls"), [("programmes.Call", "campaign"), ("programmes.Programme", "school")]),
        (
            _("People"),
            [
                ("accounts.Person", "person"),
                ("accounts.Seat", "event_seat"),
                ("accounts.User", "key"),
                ("accounts.Consent", "task_alt"),
                ("accounts.ConsentPurpose", "policy"),
                ("accounts.CountrySystem", "public"),
            ],
        ),
        (
            _("Events"),
            [
                ("workshops.Event", "event"),
                ("workshops.EventSeries", "event_repeat"),
                ("workshops.EventPerson", "record_voice_over"),
                ("workshops.Session", "calendar_view_day"),
                ("workshops.Room", "meeting_room"),
                ("workshops.Clash", "event_busy"),
                ("workshops.Registration", "how_to_reg"),
                ("workshops.RegistrationRules", "rule"),
                ("workshops.RegistrationNeeds", "restaurant"),
                ("workshops.CheckIn", "door_front"),
                ("workshops.TourCheck", "badge"),
                ("workshops.VisaLetter", "mark_email_read"),
                ("workshops.Delegation", "travel_explore"),
                ("workshops.Delegate", "person_pin_circle"),
                ("workshops.Meeting", "groups"),
                ("workshops.MeetingFollowUp", "next_plan"),
            ],
        ),
        (
            _("Startups"),
            [
                ("startups.Startup", "rocket_launch"),
                ("startups.Cohort", "diversity_3"),
                ("startups.CohortApplication", "description"),
                ("startups.CohortReview", "rate_review"),
                ("startups.Milestone", "flag"),
                ("startups.FounderUpdate", "query_stats"),
                ("startups.FundingRound", "payments"),
                ("startups.Founder", "person_apron"),
                ("startups.Mentor", "psychology"),
                ("startups.Showcase", "storefront"),
                ("startups.MetricDefinition", "straighten"),
                ("startups.ExchangeRate", "currency_exchange"),
            ],
        ),
        (
            _("Alliance"),
            [
                ("alliances.Alliance", "hub"),
                ("alliances.AllianceMember", "group_work"),
                ("alliances.Organisation", "account_balance"),
                ("alliances.OrganisationRole", "badge"),
                ("alliances.OrganisationRelation", "link"),
                ("alliances.Agreement", "handshake"),
                ("alliances.Facility", "science"),
                ("alliances.TechnologyArea", "category"),
                ("alliances.IPItem", "lightbulb"),
            ],
        ),
        (
            _("Figures"),
            [
                ("admin:reports_figures", "monitoring"),
                ("alliances.Outcome", "workspace_premium"),
                ("reports.KpiValue", "verified"),
                ("reports.KpiDefinition", "functions"),
                ("reports.KpiTarget", "target"),
                ("reports.KpiObservation", "query_stats"),
            ],
        ),
        (
            _("Mail and reminders"),
            [
                ("admin:reminders_outlook", "schedule_send"),
                ("outbox.OutboxMessage", "outbox"),
                ("reminders.ReminderRule", "notifications"),
                ("documents.Letter", "mail"),
                ("documents.StoredFile", "folder"),
            ],
        ),
        (_("Tables in and out"), [("transfers.ImportJob", "sync_alt")]),
        (
            _("Rules and records"),
            [
                ("screening.Question", "quiz"),
                ("screening.Rule", "rule"),
                ("core.GlossaryTerm", "translate"),
                ("core.LifecycleStep", "account_tree"),
                ("core.RetentionRule", "auto_delete"),
                ("core.AuditEntry", "history"),
            ],
        ),
    ]


def pages() -> dict[str, tuple[str, str]]:
    """Pages that are no list of records: name of the address, what it is called, and the right it takes."""
    return {
        "admin:reports_figures": (_("Figures by year"), "reports.view_kpidefinition"),
        "admin:reminders_outlook": (_("The next seven days"), "outbox.view_outboxmessage"),
    }


# Open on every page; the others unfold on a click.
MAIN_SECTIONS = 3


def sidebar(request) -> list[dict]:
    """For the admin theme: sections with links, of those lists that the person may see."""
    lists = {model._meta.label: model_admin for model, model_admin in admin.site._registry.items()}
    others = pages()
    menu = [{"items": [{"title": _("Today"), "icon": "today", "link": reverse("admin:index")}]}]
    for number, (title, labels) in enumerate(sections()):
        items = []
        for label, icon in labels:
            if label in lists and _opens(lists[label], request):
                items.append(_link(lists[label], icon))
            elif label in others and request.user.has_perm(others[label][1]):
                items.append({"title": others[label][0], "icon": icon, "link": reverse(label)})
        if items:
            menu.append(
                {"title": title, "separator": number == 0, "collapsible": number >= MAIN_SECTIONS, "items": items}
            )
    _mark_here(menu, request.path)
    return menu


def _opens(page, request) -> bool:
    """Whether the person may open the list, and could ever see a row in it."""
    return page.has_view_or_change_permission(request) and may_show_rows(request.user, page.model)


def _mark_here(menu: list[dict], path: str) -> None:
    """One line is marked as where the reader is: the one whose address says most of the page's."""
    items = [item for section in menu for item in section["items"]]
    index = reverse("admin:index")
    around = [item for item in items if path.startswith(item["link"]) and (item["link"] != index or path == index)]
    here = max(around, key=lambda item: len(item["link"]), default=None)
    for item in items:
        item["active"] = item is here


def _link(page, icon: str) -> dict:
    name = f"admin:{page.opts.app_label}_{page.opts.model_name}_changelist"
    label = str(page.opts.verbose_name_plural)
    return {"title": label[:1].upper() + label[1:], "icon": icon, "link": reverse(name)}
