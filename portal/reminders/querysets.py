"""Named questions about reminder rules."""

from portal.core.scoping import ScopedQuerySet
from portal.reminders import registry


class RuleQuerySet(ScopedQuerySet):
    def running(self):
        """Rules that are switched on and whose subjects exist in the portal."""
        return self.filter(is_active=True, code__in=registry.running_codes())
