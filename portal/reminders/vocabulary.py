"""The words of the rule table for people: what is counted from, when, to whom, by whose clock.

The table speaks in codes (`expires_on`, `-14d`, `programme_manager`), so that it can be exchanged as it is;
coordinators read words of their language. What stands in no table here is shown as it was entered.
"""

from django.utils.translation import gettext, ngettext_lazy
from django.utils.translation import gettext_lazy as _

from portal.core.dates import day_of_year, known_zones, zone_name
from portal.core.lifecycles import role_names
from portal.reminders.offsets import EXACT, Offset, Unit, parse
from portal.reminders.schedule import ROUND

# What a rule counts from, within its kind of record.
ANCHORS = {
    "arrival (J-1)": _("arrival with J-1"),
    "arrival (into Japan, long)": _("arrival in Japan for more than 90 days"),
    "certificate valid until": _("the day until which the certificate of eligibility is valid"),
    "closes_at": _("the closing time"),
    "crosses 1 April at KEK": _("1 April within a stay at KEK"),
    "delete_on": _("the day of deletion"),
    "departure": _("departure"),
    "due_at": _("the day it is due"),
    "due_on": _("the day it is due"),
    "end": _("the last day"),
    "endorsement asked": _("the request for endorsement"),
    "expires_at": _("the end of the time to answer"),
    "expires_on": _("the day it ends"),
    "first payment": _("the first payment"),
    "fiscal-year start": _("the first day of the fiscal year"),
    "host consent asked": _("the request for the host's consent"),
    "opens_at": _("the opening time"),
    "place freed": _("the moment a place is free"),
    "priority date; publication plan": _("the priority date, or a planned publication"),
    "received": _("the day it was received"),
    "registration closes": _("the close of registration"),
    "residence card, I-94 or DS-2019 end": _("the end of the residence card, I-94 or DS-2019"),
    "returned": _("the day it was sent back for completion"),
    "six months in Japan": _("six months in Japan"),
    "start": _("the start"),
    "start (KEK dormitory)": _("the start, with a room in the dormitory of KEK"),
    "start (into Japan, long)": _("the start of more than 90 days in Japan"),
    "start (into US, J-1)": _("the start in the United States with J-1"),
    "submitted": _("the day it was handed in"),
    "until_capacity or rolling": _("the opening of a call without a closing day"),
    "US quantum release to D:1 or D:5 national": _(
        "the release of US quantum technology to a national of a country of group D:1 or D:5"
    ),
    "valid_until or new list version": _("the end of its validity, or a new version of a list"),
    "visa interview": _("the visa interview"),
    "31 March, 30 June (US universities), quarter ends": _(
        "31 March, 30 June (universities in the US), ends of quarters"
    ),
}

# Readers who hold no role of the portal's, or hold it for just this record.
READERS = {
    "alliance_admin of each side": _("alliance administrators of each side"),
    "alumni with consent": _("alumni who agreed"),
    "both parties": _("both parties"),
    "first on the waitlist": _("the first on the waiting list"),
    "inventors": _("inventors"),
    "invited people not registered": _("invited people who have not registered"),
    "mentor": _("mentor"),
    "office of the topic": _("office of the topic"),
    "owners of drafts": _("owners of drafts"),
    "participants": _("participants"),
    "payee": _("payee"),
    "signatories": _("signatories"),
    "US export_officer": _("export control officer in the US"),
}

CLOCKS = {
    "call zone, own zone shown beside": _("By the clock of the call; the reader's own time stands beside it."),
    "event zone, own zone shown beside": _("By the clock of the event; the reader's own time stands beside it."),
    "host site zone": _("By the clock of the place of the stay."),
    "office zone of the recipient": _("By the clock of the reader's office."),
    "recipient zone": _("By the reader's own clock."),
}

# Dates of a subject that single offsets count from, and cases in which alone they speak.
DATES = {"capacity": _("all places taken"), "departure": _("departure"), "talk": _("talk")}
CASES = {"long": _("long stays"), "online": _("online"), "short": _("short stays")}

BEFORE = {
    Unit.MINUTES: ngettext_lazy("%(count)d minute before", "%(count)d minutes before", "count"),
    Unit.HOURS: ngettext_lazy("%(count)d hour before", "%(count)d hours before", "count"),
    Unit.DAYS: ngettext_lazy("%(count)d day before", "%(count)d days before", "count"),
    Unit.WORKING_DAYS: ngettext_lazy("%(count)d business day before", "%(count)d business days before", "count"),
    Unit.MONTHS: ngettext_lazy("%(count)d month before", "%(count)d months before", "count"),
}
AFTER = {
    Unit.MINUTES: ngettext_lazy("%(count)d minute after", "%(count)d minutes after", "count"),
    Unit.HOURS: ngettext_lazy("%(count)d hour after", "%(count)d hours after", "count"),
    Unit.DAYS: ngettext_lazy("%(count)d day after", "%(count)d days after", "count"),
    Unit.WORKING_DAYS: ngettext_lazy("%(count)d business day after", "%(count)d business days after", "count"),
    Unit.MONTHS: ngettext_lazy("%(count)d month after", "%(count)d months after", "count"),
}

EVERY = {
    Unit.DAYS: ngettext_lazy("every day", "every %(count)d days", "count"),
    Unit.MONTHS: ngettext_lazy("every month", "every %(count)d months", "count"),
}


def anchor_words(text: str) -> str:
    """From what a rule counts."""
    return str(ANCHORS.get(text, text))


def readers_words(text: str) -> str:
    """The readers of a comma-separated list: roles by the portal's own names for them."""
    known = READERS | role_names()
    return gettext(", ").join(str(known.get(name, name)) for name in text.split(", ") if name)


def clock_words(text: str) -> str:
    """Whose clock counts, as a sentence."""
    if text in known_zones():
        return gettext("Always in %(zone)s.") % {"zone": zone_name(text)}
    return str(CLOCKS.get(text, text))


def offsets_words(text: str) -> str:
    """`-14d, -24h` as “14 days before, 24 hours before”."""
    return gettext(", ").join(map(offset_words, parse(text)))


def step_words(step: str) -> str:
    """One step of a rule by the name it has in the plan; which round it is of a repeated one shows its date."""
    return offsets_words(step.partition(ROUND)[0])


def offset_words(offset: Offset) -> str:
    """One moment, with the date it counts from where that is not the rule's own, and the case it is meant for."""
    words = _moment(offset)
    if offset.trigger:
        words = gettext("%(date)s: %(when)s") % {"date": DATES.get(offset.trigger, offset.trigger), "when": words}
    if offset.variant:
        words = gettext("%(when)s (%(case)s)") % {"when": words, "case": CASES.get(offset.variant, offset.variant)}
    return words


def _moment(offset: Offset) -> str:
    if offset.day_of_year:
        return day_of_year(*offset.day_of_year)
    if offset.repeats:
        words = EVERY[offset.unit] % {"count": offset.amount}
    elif offset.amount:
        words = (AFTER if offset.amount > 0 else BEFORE)[offset.unit] % {"count": abs(offset.amount)}
    else:
        words = gettext("at once") if offset.unit in EXACT else gettext("on the day")
    return f"{words} {offset.at:%H:%M}" if offset.at else words
