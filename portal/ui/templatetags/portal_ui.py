"""Tags and filters for every page: times in two zones, dates, names, states, money, icons, problems in forms."""

import datetime as dt
from functools import lru_cache
from zoneinfo import ZoneInfo

from django import template
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import get_language, gettext, ngettext
from django.utils.translation import gettext_lazy as _

from portal.core import dates
from portal.core.bilingual import other_language
from portal.core.money import money_text
from portal.ui import icons, shell
from portal.ui.choices import attributes_html, options_html
from portal.ui.devices import device_name
from portal.ui.forms import problems
from portal.ui.states import TONE_ICONS, Tone, tone_of
from portal.ui.theme import chosen_theme

register = template.Library()

# A timeline knows two more tones than a state does.
TIMELINE_ICONS = {"next": "arrow-right", "later": "ellipsis-horizontal", "done": "check"}
TIMELINE_WORDS = {
    "done": _("Done:"),
    "next": _("Next:"),
    "later": _("Later:"),
    "waiting": _("Waiting for others:"),
    "attention": _("Needs attention:"),
    "stopped": _("Stopped:"),
}
FEW_DAYS = 14
MESSAGE_TONES = {"success": "done", "warning": "attention", "error": "stopped"}
NOTE_ICONS = {"done": "check-circle", "waiting": "clock", "attention": "exclamation-triangle", "stopped": "x-circle"}


# -- time ------------------------------------------------------------


@register.filter
def longdate(day):
    """`1 April 2027 (Thu)` or `2027年4月1日(木)`; an instant is read in the reader's zone."""
    if not day:
        return ""
    if isinstance(day, dt.datetime):
        day = timezone.localtime(day).date()
    return dates.long_date(day)


@register.simple_tag
def fuzzy_date(day, precision):
    """A date no finer than it is known: `{% fuzzy_date agreement.starts_on agreement.starts_precision %}`."""
    return dates.fuzzy_date(day, precision)


register.filter("in_brackets", dates.in_brackets)


@register.simple_tag
def zoned(instant, zone=None):
    """An instant in the zone it was meant in; below, the reader's own time where the clocks differ."""
    if not instant:
        return ""
    reader = timezone.get_current_timezone()
    # As UTC: two equal wall clocks of an hour that comes twice are different instants.
    return _zoned(instant.astimezone(dt.UTC), ZoneInfo(str(zone)) if zone else reader, reader, get_language())


@lru_cache(maxsize=dates.MAX_KEPT)
def _zoned(instant, meant, reader, _language):
    """Kept like `dates.zoned_text`: lists tell the same few instants to everybody."""
    there, here = instant.astimezone(meant), instant.astimezone(reader)
    clock = format_html(
        '<time datetime="{iso}"><span class="when">{date} {time}</span> '
        '<span class="zone">{zone}{offset}</span></time>',
        **_clock(there, str(meant)),
    )
    if there.utcoffset() == here.utcoffset():
        return format_html('<span class="zoned">{}</span>', clock)
    yours = format_html(
        '{label} <time datetime="{iso}"><span class="when">{date} {time}</span> {zone}{offset}</time>',
        label=_("In universal time:") if str(reader) == "UTC" else _("Your time:"),
        **_clock(here, str(reader)),
    )
    return format_html('<span class="zoned">{}<span class="yours">{}</span></span>', clock, yours)


def _clock(local, zone):
    return {
        "iso": local.isoformat(timespec="minutes"),
        "date": dates.long_date(local.date()),
        "time": f"{local:%H:%M}",
        "zone": dates.zone_name(zone),
        "offset": dates.in_brackets(dates.offset_text(local)),
    }


@register.filter
def days_until(day, today=None):
    """Whole days from today to a date; negative when it has passed."""
    if isinstance(day, dt.datetime):
        day = timezone.localtime(day).date()
    return (day - (today or timezone.localdate())).days


@register.simple_tag
def days_left(instant):
    """How long a deadline is away, as a badge; nothing when it has passed."""
    left = days_until(instant)
    if left < 0:
        return ""
    if left == 0:
        return badge(Tone.ATTENTION, gettext("closes today"))
    text = ngettext("%(days)s day left", "%(days)s days left", left) % {"days": left}
    return badge(Tone.ATTENTION if left <= FEW_DAYS else Tone.ACTIVE, text)


# -- people, states, money, pictures ------------------------------------------------------------


@register.simple_tag
def person_name(person):
    """A name in the order of the page's language and of the person's own choice."""
    return person.name_in(get_language()) if person else ""


@register.simple_tag
def lang_of(thing, name):
    """An attribute for the element around a paired text that is there in the other language alone, for screen readers:
    `<h1{% lang_of event "title" %}>{{ event.title }}</h1>`.
    """
    language = other_language(thing, name)
    return format_html(' lang="{}"', language) if language else ""


@register.simple_tag
def badge(tone, label):
    """A label with the colour and shape of a tone: done, active, waiting, attention, stopped, neutral.

    Written here: lists have one in each line, and a template takes four times as long.
    """
    tone = Tone(tone)
    return format_html('<span class="badge {}">{}{}</span>', tone.value, icons.svg(TONE_ICONS[tone]), label)


@register.simple_tag
def state_badge(thing, field=None):
    """The state of a thing in words. A model may say `state_tone` itself; else the name of the state decides."""
    field = field or ("state" if hasattr(thing, "state") else "status")
    tone = getattr(thing, "state_tone", None) or tone_of(getattr(thing, field))
    return badge(tone, getattr(thing, f"get_{field}_display")())


@register.simple_tag
def money(amount, currency):
    """`JPY 780,000`, `780,000円`; empty where no amount is known."""
    return "" if amount is None else money_text(amount, currency)


@register.simple_tag
def icon(name):
    """An outline icon, always beside its text: `{% icon "calendar" %}`."""
    return icons.svg(name)


@register.filter
def timeline_icon(tone):
    return TIMELINE_ICONS.get(tone) or TONE_ICONS[Tone(tone)]


@register.filter
def timeline_word(tone):
    """What the colour of a marker says, for those who do not see it."""
    return TIMELINE_WORDS.get(tone, "")


@register.filter
def message_tone(level_tag):
    """The tone of one of Django's messages."""
    return MESSAGE_TONES.get(level_tag, "")


@register.filter
def note_icon(tone):
    return NOTE_ICONS.get(tone, "information-circle")


@register.filter
def device(user_agent):
    """`Firefox on Windows` for the list of sessions."""
    return device_name(user_agent or "")


# -- forms and the shell ------------------------------------------------------------


@register.inclusion_tag("components/error_summary.html")
def error_summary(*forms):
    """Everything wrong in these forms, each with a link to its field; nothing where all is well."""
    return {"problems": problems([form for form in forms if form is not None and form.is_bound])}


@register.simple_tag
def attributes(attrs):
    """The attributes of a control. Written here: forms have dozens, and Django's template loops over each."""
    return attributes_html(attrs)


@register.simple_tag
def options(groups):
    """The options of a list to choose from. Written here: a template takes ten times as long for hundreds of zones."""
    return options_html(groups)


@register.simple_tag
def without_placeholders(form):
    """The sign-in forms repeat each label as a placeholder; in our pages the label stands above the field already."""
    for field in form.fields.values():
        field.widget.attrs.pop("placeholder", None)
    return ""


@register.simple_tag(takes_context=True)
def portal_name(context):
    """The name over the page: the alliance's on its own pages."""
    alliance = context.get("alliance")
    return alliance.name if alliance else gettext("Alliance Portal")


@register.simple_tag(takes_context=True)
def theme(context):
    """The reader's chosen theme for `<html data-theme>`."""
    return chosen_theme(context.get("request"))


@register.simple_tag(takes_context=True)
def section(context):
    """The entry of the main navigation below which the page lies, by its address; empty where there is none."""
    request = context.get("request")
    return shell.section_of(request.path) if request else ""


@register.simple_tag
def kept(template_name, **given):
    """A part of the frame that differs by language and by what is given, and by nothing else: written once for each.

    For a handful of values only; what belongs to a person or a page stays outside.
    """
    return shell.written(template_name, get_language(), **given)


@register.simple_tag(takes_context=True)
def section_is(context, prefix):
    """Whether the page lies below this address: marks the current entry of the account's navigation."""
    request = context.get("request")
    return bool(request and prefix and request.path.startswith(prefix))
