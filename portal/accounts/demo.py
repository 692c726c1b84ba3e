"""Looking around a demonstration as somebody: who can be chosen, and from where."""

from dataclasses import dataclass

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from portal.accounts.models import Person, User
from portal.core import audit
from portal.core.loopback import is_at_the_machine


@dataclass(frozen=True)
class DemoSignIn:
    """One card on the home page: the invented person, her part, and what there is to see."""

    key: str
    person_code: str
    part: str
    does: str


DEMO_SIGN_INS = (
    DemoSignIn("fellow", "p10", _("Fellow"), _("Applies from a phone, is on a stay, hands in a report.")),
    DemoSignIn("host", "p03", _("Host researcher"), _("Agrees to receive people, confirms arrivals and departures.")),
    DemoSignIn("reviewer", "p11", _("Reviewer"), _("States conflicts of interest first, then scores applications.")),
    DemoSignIn("kek", "p04", _("Coordinator at KEK"), _("Runs the internships from call to certificate.")),
    DemoSignIn("tohoku", "p02", _("Coordinator at Tohoku"), _("Endorses, receives, looks after the alliance.")),
    DemoSignIn("uchicago", "p14", _("Coordinator in Chicago"), _("Advises on visas, endorses for the home side.")),
    DemoSignIn("export", "p05", _("Export control officer at Tohoku"), _("Clears a visit before anybody promises it.")),
    DemoSignIn("startups", "p23", _("Startup manager at Tohoku"), _("Milestones, founders' updates, new startups.")),
    DemoSignIn("founder", "p21", _("Founder"), _("Hands in milestones, tells each quarter how it goes.")),
    DemoSignIn("delegate", "p19", _("Delegate of a mission"), _("Meets companies one to one; her day in both zones.")),
    DemoSignIn("uw", "demo-uw", _("Coordinator of another alliance"), _("Sees nothing of the others.")),
)  # fmt: skip


# What a card shows.
SHOWN = (
    "code", "user", "family_name", "given_name", "display_name", "family_name_ja", "given_name_ja", "name_order",
    "organisation__name_en", "organisation__name_ja",
)  # fmt: skip


@dataclass(frozen=True)
class DemoPerson:
    sign_in: DemoSignIn
    person: Person


def demo_people() -> list[DemoPerson]:
    """The people who can be chosen, in the order of the table; nobody before the demonstration has been filled."""
    codes = [row.person_code for row in DEMO_SIGN_INS]
    people = {
        person.code: person
        for person in Person.objects.filter(code__in=codes, is_demo=True, user__is_active=True)
        .select_related("organisation")
        .only(*SHOWN)
        .order_by()
    }
    return [DemoPerson(row, people[row.person_code]) for row in DEMO_SIGN_INS if row.person_code in people]


def may_look_around(meta: dict) -> bool:
    """Only in a demonstration, and only from the machine it runs on (`meta` is the request's META)."""
    if not settings.PORTAL_DEMO or settings.PRODUCTION:
        return False
    return is_at_the_machine(meta)


@transaction.atomic
def choose_demo_user(*, key: str) -> User | None:
    """The user behind a card, with a trace of the visit; None where there is no such card."""
    found = next((entry for entry in demo_people() if entry.sign_in.key == key), None)
    if found is None:
        return None
    user = found.person.user
    audit.record("accounts.looked_around", found.person, actor=user, part=found.sign_in.key)
    return user
