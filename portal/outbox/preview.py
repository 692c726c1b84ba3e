"""The mails an act would write, shown before it is done."""

from django.db import transaction

from portal.outbox.models import OutboxMessage


def mails_written_by(act, user) -> list[OutboxMessage]:
    """Do the act, read the mails it wrote as far as the user may read them, and undo everything."""
    with transaction.atomic():
        newest = OutboxMessage.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
        act()
        mails = list(OutboxMessage.objects.visible_to(user).filter(pk__gt=newest))
        transaction.set_rollback(True)
    return mails
