"""The mails an act would write, shown before it is done."""

from dataclasses import dataclass

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
        readable = list(OutboxMessage.objects.visible_to(user).filter(pk__gt=newest))
        others = OutboxMessage.objects.filter(pk__gt=newest).count() - len(readable)
        transaction.set_rollback(True)
    return WrittenMails(readable, others)
