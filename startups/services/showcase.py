"""The public page of a startup: written by its founders, shown with their consent, gone the moment they withdraw it."""

import datetime as dt

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.core import audit
from portal.core.workflow import StepError
from startups import rules
from startups.emails import startups as emails
from startups.models import Confidentiality, Showcase, Startup
from startups.models.showcase import SHOWN_STATES

TEXTS = ("one_liner_en", "one_liner_ja", "description_en", "description_ja", "website")

# A changed wording gets the next number; consents keep the number and the words they were given to.
WORDING_VERSION = 1
WORDING = gettext_lazy(
    "We agree that the alliance shows the name, the two texts, the website, the country, the technology area and the "
    "year of the founding of our startup on its public pages. We can withdraw this at any time; the page is then gone "
    "at once."
)


def showcase_of(startup: Startup) -> Showcase:
    """The page of the startup, empty and unpublished where nobody has written it yet; not stored by looking."""
    return Showcase.objects.filter(startup=startup).first() or Showcase(startup=startup)


@transaction.atomic
def write(*, startup: Startup, texts: dict[str, str], actor) -> Showcase:
    """Keep the texts; founders and the desk may write them."""
    if not (rules.is_founder(actor, startup) or rules.runs(actor, startup)):
        raise PermissionDenied("showcase")
    showcase, _is_new = Showcase.objects.select_for_update(of=("self",)).get_or_create(startup=startup)
    before = {name: getattr(showcase, name) for name in TEXTS}
    for name in TEXTS:
        setattr(showcase, name, texts.get(name, before[name]))
    showcase.save()
    old, new = audit.changed(before, {name: getattr(showcase, name) for name in TEXTS})
    if new:
        audit.record("showcase.write", showcase, actor=actor, before=old, after=new, audience=audit.APPLICANT)
    return showcase


@transaction.atomic
def consent(*, startup: Startup, actor, today: dt.date) -> Showcase:
    """A founder agrees, on a day, to a wording. The desk cannot do it for her."""
    if not rules.is_founder(actor, startup):
        raise PermissionDenied("consent")
    showcase = Showcase.objects.select_for_update(of=("self",)).filter(startup=startup).first()
    if showcase is None or not (showcase.one_liner and showcase.description):
        raise StepError(_("Write the line and the description first, in at least one language."))
    showcase.consent_given_on, showcase.consent_by = today, actor.person
    showcase.consent_wording, showcase.consent_text = WORDING_VERSION, str(WORDING)
    showcase.consent_withdrawn_on = None
    showcase.save()
    audit.record(
        "showcase.consent", showcase, actor=actor, after=True, audience=audit.APPLICANT, wording=WORDING_VERSION
    )
    emails.showcase_consented(showcase)
    return showcase


@transaction.atomic
def withdraw(*, startup: Startup, actor, today: dt.date) -> Showcase:
    """Founders at any time, without a reason; the desk on their behalf. The page is gone with this transaction."""
    if not (rules.is_founder(actor, startup) or rules.runs(actor, startup)):
        raise PermissionDenied("withdraw")
    showcase = Showcase.objects.select_for_update(of=("self",)).filter(startup=startup).first()
    if showcase is None or not showcase.has_consent:
        raise StepError(_("There is no consent to withdraw."))
    showcase.consent_withdrawn_on = today
    showcase.save(update_fields=["consent_withdrawn_on", "updated_at"])
    audit.record("showcase.withdraw", showcase, actor=actor, after=False, audience=audit.APPLICANT)
    emails.showcase_withdrawn(showcase)
    return showcase


def is_shown(startup: Startup, showcase: Showcase) -> bool:
    """Whether everybody sees the page now."""
    return (
        showcase.has_consent
        and showcase.confidentiality == Confidentiality.PUBLIC
        and startup.confidentiality != Confidentiality.NAMED
        and startup.same_venture_as_id is None
        and startup.state in SHOWN_STATES
    )
