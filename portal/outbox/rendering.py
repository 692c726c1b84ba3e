"""From a template and plain values to a mail in the reader's language and zone; a missing value is an error at once."""

import datetime as dt
import re
import string
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from django.conf import settings
from django.template import Context, Engine, Template
from django.template.backends.django import get_installed_libraries
from django.template.loader_tags import BlockNode
from django.utils import timezone, translation
from django.utils.functional import Promise
from django.utils.html import escape

MAX_SUBJECT = 255
# A paragraph of the HTML layout; mail programs read no style sheets.
PARAGRAPH = '<p style="margin:0 0 1em">{}</p>'
LINK = r'<a href="\g<0>">\g<0></a>'

# An address inside a value (a name, a title) must not become a link in a mail program; only `*_url` values may.
# The mark comes first and is looked back from: most texts are then searched for two characters only.
LINKISH = re.compile(
    r"(?i):(?:(?<=[a-z]:)(?=//)|(?<=\bmailto:)|(?<=\bjavascript:))|\.(?:(?<=\bwww\.)|(?<=[a-z0-9]\.)(?=[a-z]{2,}/))"
)
WORD_JOINER = "\u2060"
# Characters that steer a terminal, a header or the direction of writing; line breaks and tabs are text.
CONTROLS = dict.fromkeys(
    {*range(0x20), *range(0x7F, 0xA0), *range(0x202A, 0x202F), *range(0x2066, 0x206A)} - {ord("\n"), ord("\t")}
)


class MailError(Exception):
    """A mail that cannot be written."""


class MissingPlaceholder(MailError):
    """The template asks for a value that the context does not hold."""


class _Missing(str):
    """Stands for `string_if_invalid`: Django formats it with the variable's name, and this refuses."""

    def __mod__(self, name):
        raise MissingPlaceholder(f"the mail needs a value for “{name}”")


@dataclass(frozen=True)
class Rendered:
    """A written mail. `context` holds the values as they were used, ready for JSON."""

    subject: str
    body_text: str
    body_html: str
    context: dict


@cache
def engine() -> Engine:
    """Mail templates have their own engine: strict about missing values, and plain text unless told otherwise."""
    return Engine(
        dirs=Engine.get_default().dirs,
        app_dirs=True,
        autoescape=False,
        string_if_invalid=_Missing("%s"),
        libraries=get_installed_libraries(),
        builtins=["django.templatetags.i18n", "django.templatetags.l10n", "django.templatetags.tz"],
    )


@cache
def blocks(kind: str) -> tuple[Template, dict[str, BlockNode]]:
    """The template of a kind of mail and its blocks by name."""
    template = engine().get_template(f"mails/{kind}.txt")
    found = template.nodelist.get_nodes_by_type(BlockNode)
    return template, {node.name: node for node in found if isinstance(node, BlockNode)}


def render(kind: str, context: Mapping, *, language: str, zone: str, recipient_name: str = "") -> Rendered:
    """Write a mail of this kind. `context` holds text, numbers, dates, instants and `*_url` addresses.

    Values without arguments that can be called are called, so that they may answer in the reader's language.
    Raises MissingPlaceholder where the template needs a value that is not there.
    """
    with translation.override(language), timezone.override(zone):
        values = {key: plain(value, is_address=key.endswith("url")) for key, value in context.items()}
        values["recipient_name"] = plain(recipient_name)
        template, parts = blocks(kind)
        shown = Context(values, autoescape=False, use_l10n=True, use_tz=True)
        subject = one_line(_render_block(template, parts["subject"], shown))[:MAX_SUBJECT]
        if not subject:
            raise MailError(f"mails/{kind}.txt has an empty subject")
        body = _render_block(template, parts["body"], shown).strip()
        return Rendered(subject, *lay_out(subject, body, language=language, values=values), context=values)


def lay_out(subject: str, body: str, *, language: str, values: Mapping) -> tuple[str, str]:
    """The text part and the HTML part of a mail: the same words, the signature, and at most one button."""
    action_url, label = values.get("action_url", ""), values.get("action_label", "")
    words = {"subject": subject, "body": body, "action_url": action_url, "action_label": label}
    paragraphs = [part for part in re.split(r"\n\s*\n", body) if part.strip() != action_url]
    escaped: dict[str, str] = {name: escape(text) for name, text in words.items()}
    escaped["body"] = "\n".join(PARAGRAPH.format(escape(part).replace("\n", "<br>")) for part in paragraphs)
    if addresses := [str(url) for name, url in values.items() if name.endswith("_url") and url and str(url) in body]:
        longest_first = sorted(map(escape, addresses), key=len, reverse=True)
        escaped["body"] = re.sub("|".join(map(re.escape, longest_first)), LINK, escaped["body"])
    about = (language, settings.BASE_URL, bool(label))
    text = frame("mails/layout.txt", *about, bool(action_url) and action_url not in body).substitute(words)
    html = frame("mails/layout.html", *about, bool(action_url)).substitute(escaped)
    return text.strip() + "\n", html.strip() + "\n"


@cache
def frame(name: str, language: str, base_url: str, has_label: bool, has_button: bool) -> string.Template:
    """A layout with all that mails share filled in; where one differs from another there is a `$name`."""
    shared = {"language": language, "base_url": base_url, "has_label": has_label, "has_button": has_button}
    with translation.override(language):
        return string.Template(engine().get_template(name).render(Context(shared, autoescape=name.endswith(".html"))))


def plain(value, *, is_address: bool = False):
    """A context value reduced to what can be shown and stored: text without control characters, links made inert."""
    if callable(value):
        value = value()
    if is_address:
        return absolute(str(value))
    if isinstance(value, Mapping):
        return {str(key): plain(item, is_address=str(key).endswith("url")) for key, item in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [plain(item) for item in value]
    if value is None or isinstance(value, (bool, int, float, dt.date, dt.time)):
        return value
    if not isinstance(value, (str, Promise)):
        raise MailError(f"a mail holds plain values, not {type(value).__name__}")
    return LINKISH.sub(lambda found: f"{WORD_JOINER}{found[0]}{WORD_JOINER}", without_controls(str(value)))


def absolute(address: str) -> str:
    """An address of the portal or of the web, complete; anything else is refused."""
    if not address:
        return ""
    if address.startswith("/") and not address.startswith("//"):
        address = settings.BASE_URL + address
    if not re.fullmatch(r"https?://[^\s<>\"']+", address):
        raise MailError(f"not an address for a mail: {address!r}")
    return address


def without_controls(text: str) -> str:
    return text.translate(CONTROLS)


def one_line(text: str) -> str:
    """Text that cannot break out of a header."""
    return " ".join(without_controls(text).split())


def _render_block(template: Template, block: BlockNode, context: Context) -> str:
    with context.render_context.push_state(template), context.bind_template(template):
        return block.nodelist.render(context)
