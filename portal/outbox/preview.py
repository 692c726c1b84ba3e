"""The mails an act would write, shown before it is done."""

from dataclasses import dataclass

from django.apps import apps
from django.db import transaction

from portal.outbox.models import OutboxMessage


@dataclass(frozen=True)
class WrittenMails:
    """The mails of an act that somebody may read, and how many there are beside them."""

    readable: list[OutboxMessage]
    others: int


def mails_written_by(act, user) -> WrittenMails:
    """Do the act, read the mails it wrote as far as the user may read them, and undo everything."""
    with transaction.atomic():
        newest = OutboxMessage.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
        act()
        written = list(OutboxMessage.objects.filter(pk__gt=newest))
        own = set(OutboxMessage.objects.visible_to(user).filter(pk__gt=newest).values_list("pk", flat=True))
        readable = [mail for mail in written if mail.pk in own or _is_read_on_its_record(mail, user)]
        transaction.set_rollback(True)
    return WrittenMails(readable, len(written) - len(readable))


def _is_read_on_its_record(mail: OutboxMessage, user) -> bool:
    """A mail that stands in no house's outbox belongs to whoever may change the record it is about."""
    if mail.organisation_id is not None or not mail.about_label:
        return False
    return apps.get_model(mail.about_label)._default_manager.editable_by(user).filter(pk=mail.about_pk).exists()
