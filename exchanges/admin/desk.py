"""What the pages of this desk share."""

from portal.core.admin_steps import ReadOnlyRecordAdmin
from portal.outbox.preview import mails_written_by


class ExchangeAdmin(ReadOnlyRecordAdmin):
    """A record of an exchange: written by its steps alone, each with its mails shown before."""

    mails_of = staticmethod(mails_written_by)
