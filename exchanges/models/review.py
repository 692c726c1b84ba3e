"""Reviews of applications for an exchange, read by the programme and the reviewer alone."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.accounts.roles import MANAGERS
from portal.applications.models import BaseReview, BaseScore


class Review(BaseReview):
    application = models.ForeignKey(
        "exchanges.Application", verbose_name=_("application"), on_delete=models.CASCADE, related_name="reviews"
    )

    class Scoping:
        # Scores are for the programme's managers and the reviewer alone: not for home, host or applicant.
        organisations = ("application__call__programme__owner",)
        alliances = ("application__programme__alliance",)
        programmes = ("application__programme",)
        roles = MANAGERS
        assigned = ("reviewer",)


class Score(BaseScore):
    review = models.ForeignKey(Review, verbose_name=_("review"), on_delete=models.CASCADE, related_name="scores")

    class Scoping:
        organisations = ("review__application__call__programme__owner",)
        alliances = ("review__application__programme__alliance",)
        programmes = ("review__application__programme",)
        roles = MANAGERS
        assigned = ("review__reviewer",)
