"""Who may read about a startup: the levels, and the persons let in by name."""

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from portal.accounts.models import User
from portal.core import audit
from portal.core.workflow import StepError, lock
from startups import rules
from startups.models import Confidentiality, NamedReader, Showcase, Startup


@transaction.atomic
def set_levels(
    *,
    startup: Startup,
    confidentiality: str,
    figures_confidentiality: str,
    page_confidentiality: str,
    actor,
    reason: str,
) -> Startup:
    """Say who reads the record, its figures and its public page. Who narrows to named persons is one of them."""
    row = lock(startup)
    if not rules.runs(actor, row):
        raise PermissionDenied("confidentiality")
    after = {
        "confidentiality": confidentiality,
        "figures_confidentiality": figures_confidentiality,
        "page_confidentiality": page_confidentiality,
    }
    if not set(after.values()) <= set(Confidentiality.values):
        raise StepError(_("There is no such level."))
    if not reason.strip():
        raise StepError(_("Please say why the level changes."))
    page = Showcase.objects.select_for_update(of=("self",)).filter(startup=row).first() or Showcase(startup=row)
    before = {
        "confidentiality": row.confidentiality,
        "figures_confidentiality": row.figures_confidentiality,
        "page_confidentiality": page.confidentiality,
    }
    row.confidentiality, row.figures_confidentiality = confidentiality, figures_confidentiality
    row.save(update_fields=["confidentiality", "figures_confidentiality", "updated_at"])
    page.confidentiality = page_confidentiality
    page.save()
    if Confidentiality.NAMED in (confidentiality, figures_confidentiality):
        NamedReader.objects.get_or_create(startup=row, user=actor, defaults={"let_in_by": actor})
    before, after = audit.changed(before, after)
    audit.record(
        "startup.set_levels", row, actor=actor, reason=reason, before=before, after=after, audience=audit.APPLICANT
    )
    return row


@transaction.atomic
def let_in(*, startup: Startup, email: str, actor, reason: str) -> NamedReader:
    """Let one person read the record and its figures, whatever their levels."""
    if not rules.runs(actor, startup):
        raise PermissionDenied("let in")
    user = User.objects.filter(email__iexact=email.strip()).first()
    if user is None:
        raise StepError(_("Nobody signs in to this portal with the address %(email)s.") % {"email": email})
    reader, is_new = NamedReader.objects.get_or_create(startup=startup, user=user, defaults={"let_in_by": actor})
    if is_new:
        audit.record("startup.let_in", startup, actor=actor, reason=reason, audience=audit.APPLICANT, reader=str(user))
    return reader


@transaction.atomic
def shut_out(*, startup: Startup, email: str, actor, reason: str) -> None:
    """End what was given by name; the last reader of a record that only named persons see stays."""
    if not rules.runs(actor, startup):
        raise PermissionDenied("shut out")
    lock(startup)
    reader = startup.readers.filter(user__email__iexact=email.strip()).first()
    if reader is None:
        raise StepError(_("%(email)s is not let in by name.") % {"email": email})
    is_narrow = startup.confidentiality == Confidentiality.NAMED
    if is_narrow and not startup.readers.exclude(pk=reader.pk).exists():
        raise StepError(_("Somebody has to keep reading this record. Let another person in first, or widen the level."))
    audit.record(
        "startup.shut_out", startup, actor=actor, reason=reason, audience=audit.APPLICANT, reader=str(reader.user)
    )
    reader.delete()


def note_reading(*, startup: Startup, actor) -> None:
    """Every look at a record for named persons is written down."""
    if startup.confidentiality == Confidentiality.NAMED:
        audit.record("startup.read", startup, actor=actor, audience=audit.DESKS)
