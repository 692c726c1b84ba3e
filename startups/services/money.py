"""Amounts are converted once, by a rate with a day and a source, and keep their own currency."""

import datetime as dt

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from portal.core import audit
from portal.core.workflow import StepError, lock
from startups import rules
from startups.models import ExchangeRate, FundingRound


def rates_at(currency: str, day: dt.date) -> dict:
    """The columns of a converted amount: the newest rate not after the day. Nothing known leaves them empty."""
    rate = ExchangeRate.objects.filter(currency=currency, on_day__lte=day).order_by("-on_day").first()
    if rate is None:
        return {"rate_to_jpy": None, "rate_to_usd": None, "rate_on": None, "rate_source": ""}
    return {
        "rate_to_jpy": rate.to_jpy,
        "rate_to_usd": rate.to_usd,
        "rate_on": rate.on_day,
        "rate_source": rate.source[:300],
    }


@transaction.atomic
def convert(*, funding_round: FundingRound, actor) -> FundingRound:
    """Store the rate of the day on which the round closed. A rate that stands is not exchanged silently."""
    row = lock(funding_round)
    if not rules.runs_row(actor, row):
        raise PermissionDenied("convert")
    if row.original is None:
        raise StepError(_("The amount is not disclosed: there is nothing to convert."))
    rates = rates_at(row.currency, row.closed_on)
    if rates["rate_on"] is None:
        raise StepError(
            _("No exchange rate of %(currency)s up to %(day)s is stored. Whoever runs the portal can enter one.")
            % {"currency": row.currency, "day": row.closed_on}
        )
    before = {name: getattr(row, name) for name in rates}
    for name, value in rates.items():
        setattr(row, name, value)
    row.save(update_fields=[*rates, "updated_at"])
    before, after = audit.changed(before, rates)
    audit.record("funding.convert", row, actor=actor, before=before, after=after, audience=audit.DESKS)
    return row


@transaction.atomic
def verify(*, funding_round: FundingRound, actor, today: dt.date) -> FundingRound:
    """The evidence was seen: from now on the round stands in the sums."""
    row = lock(funding_round)
    if not rules.verifies_funding(actor, row):
        raise PermissionDenied("verify funding")
    if row.verified_on is not None:
        raise StepError(_("This round is verified already."))
    if not row.evidence_en.strip():
        raise StepError(_("There is no evidence to look at."))
    row.verified_on, row.verified_by = today, getattr(actor, "person", None)
    row.save(update_fields=["verified_on", "verified_by", "updated_at"])
    audit.record("funding.verify", row, actor=actor, audience=audit.DESKS)
    return row


@transaction.atomic
def take_back(*, funding_round: FundingRound, actor, reason: str) -> FundingRound:
    """The verification was wrong: the round leaves the sums and can be corrected."""
    row = lock(funding_round)
    if not rules.verifies_funding(actor, row):
        raise PermissionDenied("take back")
    if row.verified_on is None:
        raise StepError(_("This round is not verified."))
    if not reason.strip():
        raise StepError(_("Please say what was wrong."))
    row.verified_on = row.verified_by = None
    row.save(update_fields=["verified_on", "verified_by", "updated_at"])
    audit.record("funding.take_back", row, actor=actor, reason=reason, audience=audit.DESKS)
    return row
