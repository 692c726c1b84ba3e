"""Steps of alliances and agreements, each side by its own hand, and what came out of the work."""

import datetime as dt
import uuid
from collections.abc import Iterable

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from portal.accounts.models import Consent
from portal.accounts.roles import Role
from portal.alliances import rules
from portal.alliances.models import Agreement, AgreementFile, AgreementSignature, Alliance, Outcome
from portal.alliances.models.outcome import normalise_doi
from portal.alliances.workflows import AGREEMENT, ALLIANCE, OUTCOME
from portal.core import audit
from portal.core.workflow import IllegalTransition, StepError, lock
from portal.documents.services import store_upload

RENEWAL_TALKS = dt.timedelta(days=365)
PUBLISH_NAME = "publish_name"


# -- alliances ---------------------------------------------------------------------------------------------------------
def take_alliance_step(*, alliance: Alliance, step: str, actor, reason: str = "") -> Alliance:
    """Any step of the table ALLIANCE; the papers it needs are kept with the agreement."""
    return ALLIANCE.apply(step, alliance, actor=actor, reason=reason)


# -- agreements --------------------------------------------------------------------------------------------------------
# Steps that each side takes for itself, and in which role; the last side's one moves the agreement.
TWO_SIDED = {"approve": Role.LEGAL_OFFICER, "sign": Role.SIGNATORY}


@transaction.atomic
def take_agreement_step(*, agreement: Agreement, step: str, actor, today: dt.date, reason: str = "") -> Agreement:
    """Any step of the table AGREEMENT. Approving and signing count for the actor's side, one person for one side."""
    row = lock(agreement)
    if step in TWO_SIDED:
        if row.state not in AGREEMENT.by_name[step].sources:
            raise IllegalTransition(_("This step is not possible any more. Reload the page."))
        if not _sign_for_side(row, step, actor):
            return row
    if step == "renew" and row.successor_id is None:
        raise StepError(_("Please enter the agreement that follows first."))
    changes = {"signed_on": row.signed_on or today, "signed_precision": "day"} if step == "sign" else {}
    return AGREEMENT.apply(step, agreement, actor=actor, reason=reason, changes=changes)


@transaction.atomic
def attach_agreement_file(
    *, agreement: Agreement, upload, language: str = "", is_signed_copy: bool = False, actor
) -> AgreementFile:
    """File a text or a signed copy with the agreement. Raises ValidationError for a file that cannot be kept."""
    if not rules.keeps_papers(actor, agreement):
        raise PermissionDenied("attach_agreement_file")
    stored = store_upload(upload=upload, kind="agreement", about=agreement, owner=None, actor=actor)
    return AgreementFile.objects.create(
        agreement=agreement, file=stored, language=language, is_signed_copy=is_signed_copy
    )


def _sign_for_side(agreement: Agreement, step: str, actor) -> bool:
    """Keep the signature of the actor's side; whether all sides have signed now."""
    role = TWO_SIDED[step]
    party = rules.side_of(actor, role, agreement)
    if party is None:
        raise PermissionDenied(step)
    signatures = agreement.signatures.filter(step=step)
    if signatures.filter(organisation=party).exists():
        raise StepError(_("Your side has done this already."))
    if signatures.filter(signed_by=actor).exists():
        raise StepError(_("Nobody signs for both sides."))
    AgreementSignature.objects.create(agreement=agreement, organisation=party, step=step, signed_by=actor)
    audit.record(f"agreement.{step}_for_side", agreement, actor=actor, organisation=party, audience=audit.DESKS)
    return signatures.count() == agreement.parties.count()


def move_agreements(*, today: dt.date) -> int:
    """What the calendar does: take effect, come near the end, expire; the number moved."""
    due = [
        ("take_effect", Agreement.objects.filter(state=Agreement.State.SIGNED, in_force_from__lte=today)),
        ("near_end", Agreement.objects.filter(state=Agreement.State.IN_FORCE, expires_on__lte=today + RENEWAL_TALKS)),
        ("lapse", Agreement.objects.filter(state=Agreement.State.EXPIRING, expires_on__lt=today)),
    ]
    moved = 0
    for step, agreements in due:
        for agreement in agreements:
            try:
                AGREEMENT.apply(step, agreement, actor=None)
            except StepError:  # somebody moved it in this moment
                continue
            moved += 1
    return moved


# -- outcomes ----------------------------------------------------------------------------------------------------------
@transaction.atomic
def report_outcome(
    *,
    title: str,
    kind: str,
    actor,
    doi: str = "",
    url: str = "",
    published_on: dt.date | None = None,
    stay=None,
    people: Iterable = (),
    organisations: Iterable = (),
    alliance=None,
) -> Outcome:
    """Note a result; with a DOI or an address it has its evidence at once. The caller has decided who may report.

    Raises ValidationError for a DOI that is none, or that is known already.
    """
    if not title.strip():
        raise ValidationError({"title_en": _("Please enter the title.")})
    doi = normalise_doi(doi) if doi.strip() else ""
    if doi and (known := Outcome.objects.filter(doi=doi).first()):
        raise ValidationError({"doi": _("An outcome with this DOI exists already: %(title)s.") % {"title": known}})
    outcome = Outcome.objects.create(
        code=f"out-{uuid.uuid4().hex[:12]}",
        kind=Outcome.Kind(kind),
        title_en=title.strip(),
        doi=doi,
        url=url.strip(),
        published_on=published_on,
        stay=stay,
        alliance=alliance,
        reported_by=actor,
    )
    outcome.people.set(people)
    outcome.organisations.set(organisations)
    audit.record("outcome.report", outcome, actor=actor, audience=audit.APPLICANT, doi=doi)
    if (doi or outcome.url) and rules.takes_part(actor, outcome):
        OUTCOME.apply("attach_evidence", outcome, actor=actor)
    return outcome


@transaction.atomic
def attach_evidence(*, outcome: Outcome, actor, doi: str = "", url: str = "") -> Outcome:
    """Say where the result can be seen: DOI or address."""
    doi = normalise_doi(doi) if doi.strip() else outcome.doi
    url = url.strip() or outcome.url
    if not (doi or url):
        raise StepError(_("Please give a DOI or a web address."))
    if doi and Outcome.objects.filter(doi=doi).exclude(pk=outcome.pk).exists():
        raise StepError(_("An outcome with this DOI exists already."))
    return OUTCOME.apply("attach_evidence", outcome, actor=actor, changes={"doi": doi, "url": url})


def verify_outcome(*, outcome: Outcome, actor) -> Outcome:
    return OUTCOME.apply("verify", outcome, actor=actor)


def reject_outcome(*, outcome: Outcome, actor, reason: str) -> Outcome:
    return OUTCOME.apply("reject", outcome, actor=actor, reason=reason)


@transaction.atomic
def publish_outcome(*, outcome: Outcome, actor) -> Outcome:
    """Show the result to everybody; refused while a person named in it has not agreed to be named."""
    agreed = Consent.objects.filter(purpose__code=PUBLISH_NAME, withdrawn_at=None).values("person")
    silent = [str(person) for person in outcome.people.exclude(pk__in=agreed)]
    if silent:
        raise StepError(_("These people have not agreed to be named: %(people)s.") % {"people": ", ".join(silent)})
    return OUTCOME.apply("publish", outcome, actor=actor)
