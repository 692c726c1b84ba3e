"""Reviews as they go in and out, whatever is applied for. The kind of application names its own table."""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence

from django.utils.translation import gettext as _

from portal.applications.reviewers import nameable_reviewers
from portal.applications.services import reviews
from portal.core.workflow import StepError
from portal.transfers.columns import LIST_SEPARATOR, Column, Reference, State, TextWidget
from portal.transfers.problems import CellError
from portal.transfers.resources import TableResource

SCORE = re.compile(r"(.+)[:：]\s*(\d+)")


class Scores(Column):
    """Criteria with their scores, “Team: 4 | Market: 3”; a criterion goes by its English name."""

    is_state = True
    is_required = False

    def __init__(self):
        super().__init__("scores", widget=TextWidget())

    def bind(self, model):
        self.scores_of = model._meta.get_field("scores").related_model._base_manager

    def read(self, cell):
        text = self.widget.clean(cell) if cell.strip() else ""
        return tuple(self._read_one(part) for part in text.split(LIST_SEPARATOR) if part.strip())

    @staticmethod
    def _read_one(part: str) -> tuple[str, int]:
        if not (match := SCORE.fullmatch(part.strip())):
            raise CellError(_("Write each score as “criterion: number”, with “|” between them."))
        return match[1].strip(), int(match[2])

    def current(self, obj):
        return self._known([obj.pk])[obj.pk]

    def assign(self, obj, value):
        obj.entered_scores = value

    def check(self, obj, value):
        return

    def texts(self, *values: Sequence) -> Iterable[str]:
        (keys,) = values
        known = self._known(keys)
        return [self.widget.render(f" {LIST_SEPARATOR} ".join(f"{n}: {v}" for n, v in known[pk])) for pk in keys]

    def text(self, value, zone=None):
        return next(iter(self.texts([value])))

    def _known(self, reviews: Sequence[int]) -> dict[int, tuple]:
        """Review → (criterion, score) in the order of the criteria; what was not scored is left out."""
        found = defaultdict(list)
        rows = self.scores_of.filter(review__in=reviews).exclude(value=None).order_by("criterion__sort_order", "pk")
        for review, name, value in rows.values_list("review", "criterion__name_en", "value"):
            found[review].append((name, value))
        return {pk: tuple(found[pk]) for pk in reviews}

    @property
    def attributes(self):
        return ()

    @property
    def paths(self):
        return ("pk",)


class ReviewTable(TableResource):
    """One review a row. A file brings what was written elsewhere about applications that have been decided; as long as
    a decision is open, reviewers write here, and nobody writes in their name.
    """

    application_code = Reference("application")
    reviewer_email = Reference("reviewer", lookup="email", among=nameable_reviewers)
    status = State("state")
    has_no_conflict = State("has_no_conflict")
    scores = Scores()
    advice = State("advice")
    comment = State("comment")
    application_version = State("application_version")
    submitted_at = State("submitted_at", zone="application__call__timezone")

    class Meta:
        key = ("application_code", "reviewer_email", "due_on")
        fields = (
            "application_code", "reviewer_email", "due_on", "status", "has_no_conflict", "scores", "advice", "comment",
            "application_version", "submitted_at",
        )  # fmt: skip

    def after_save(self, obj, *, created, user):
        if not created:
            return
        try:
            reviews.settle_entered(review=obj, scores=dict(getattr(obj, "entered_scores", ())))
        except StepError as refusal:
            raise CellError(str(refusal)) from None
