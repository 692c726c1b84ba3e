"""Named questions about answers."""

from portal.core.scoping import ScopedQuerySet


class AnswerQuerySet(ScopedQuerySet):
    def in_force(self):
        """What counts now, without the answers that were given before."""
        return self.filter(is_current=True)

    def by_question(self) -> dict[str, str]:
        """The values in force by question code."""
        return dict(self.in_force().values_list("question__code", "value"))
