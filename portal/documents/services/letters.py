"""Issuing letters, once and for all, and finding them again by their code."""

import json
import secrets
import unicodedata
from datetime import datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models, transaction
from django.db.models import F
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _

from portal.core import audit
from portal.core.dates import plain_date
from portal.documents.letters import letter_kind
from portal.documents.letters.typesetting import render
from portal.documents.models import Letter, LetterCounter
from portal.documents.services.files import about_fields, store_content

# Crockford's base 32: no I, L, O, U, so a code read from paper has one spelling. 12 characters are 60 random bits.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
MISREAD = str.maketrans("ILO", "110")

ALREADY_ISSUED = _("This letter has been issued already as %(number)s. Issue a new one that replaces it.")
ALREADY_REPLACED = _("%(number)s has been replaced already by %(newer)s. Replace that one.")


@transaction.atomic
def issue_letter(
    *,
    kind: str,
    about: models.Model,
    context: dict,
    language: str,
    actor,
    recipient_name: str,
    recipient=None,
    supersedes: Letter | None = None,
    zone: str,
    now: datetime | None = None,
) -> Letter:
    """Number, freeze, typeset and keep a letter about a record; the caller has decided that the actor may issue it.

    `context` holds the preformatted strings that the template asks for; number, verification and, where it is missing,
    the date by the clock of `zone` are added here. `recipient` is the user whose letter it is. The same letter (kind,
    record, language) is issued once: a later one names the letter it `supersedes`. Raises ValidationError for that and
    for characters that cannot be printed; nothing is used up then, no number either.
    """
    kind_of_letter = letter_kind(kind)
    if language not in kind_of_letter.languages:
        raise LookupError(f"letter {kind!r} has no text in {language!r}")
    now = now or timezone.now()
    today = timezone.localdate(now, ZoneInfo(zone))
    # Taking the number locks the counter until the transaction ends: from here on letters of a kind queue up.
    number = _next_number(kind_of_letter.prefix, today.year)
    _refuse_second_letter(kind, about, language, supersedes)
    code = _new_code()
    with translation.override(language):
        date = plain_date(today)
    frozen = json.loads(
        json.dumps(
            {
                "date": date,
                "recipient_name": recipient_name,
                **context,
                "language": language,
                "zone": zone,
                "number": number,
                "verify_code": code,
                "verify_url": settings.BASE_URL + reverse("documents:verify", args=[code]),
            },
            cls=DjangoJSONEncoder,
        )
    )
    pdf = render(kind_of_letter.template, frozen, issued_at=now)
    stored = store_content(
        content=pdf,
        name=f"{number}.pdf",
        content_type="application/pdf",
        kind=kind,
        about=about,
        owner=recipient,
        actor=actor,
    )
    letter = Letter.objects.create(
        number=number,
        kind=kind,
        language=language,
        context=frozen,
        file=stored,
        recipient=recipient,
        recipient_name=recipient_name,
        issued_by=actor,
        issued_at=now,
        supersedes=supersedes,
        verification_code=code,
        **about_fields(about),
    )
    audit.record(
        "documents.issue",
        about,
        actor=actor,
        audience=audit.APPLICANT,
        letter=number,
        kind=kind,
        language=language,
        sha256=stored.sha256,
        supersedes=supersedes.number if supersedes else None,
    )
    return letter


issue = issue_letter


def letter_with_code(text: str) -> Letter | None:
    """The letter with this code, however it was typed: lower case, full width, without hyphens, O for 0."""
    plain = unicodedata.normalize("NFKC", text).upper().translate(MISREAD)
    plain = "".join(character for character in plain if character in ALPHABET)
    if len(plain) != 12:
        return None
    return Letter.objects.select_related("superseded_by").filter(verification_code=_grouped(plain)).first()


def _next_number(prefix: str, year: int) -> str:
    """`OFFER-2026-0001`: gapless, because the counter is raised and rolled back together with the letter."""
    counter = LetterCounter.objects.filter(prefix=prefix, year=year)
    if not counter.update(last=F("last") + 1):  # the first letter of the year
        LetterCounter.objects.get_or_create(prefix=prefix, year=year)
        counter.update(last=F("last") + 1)
    return f"{prefix}-{year}-{counter.get().last:04d}"


def _refuse_second_letter(kind: str, about: models.Model, language: str, supersedes: Letter | None) -> None:
    if supersedes is None:
        earlier = Letter.objects.about(about).current().filter(kind=kind, language=language).first()
        if earlier is not None:
            raise ValidationError(ALREADY_ISSUED, code="already_issued", params={"number": earlier.number})
        return
    if (supersedes.kind, supersedes.about) != (kind, about):
        raise ValueError(f"{supersedes.number} is another kind of letter or about another record")
    newer = Letter.objects.filter(supersedes=supersedes).first()
    if newer is not None:
        params = {"number": supersedes.number, "newer": newer.number}
        raise ValidationError(ALREADY_REPLACED, code="already_replaced", params=params)


def _new_code() -> str:
    return _grouped("".join(secrets.choice(ALPHABET) for _position in range(12)))


def _grouped(plain: str) -> str:
    return f"{plain[:4]}-{plain[4:8]}-{plain[8:]}"
