"""Reviews of applications for an exchange at the desk of the programme that asked for them."""

from django.contrib import admin

from exchanges.models import Review, Score
from portal.applications.admin.desk import ReviewDesk, ScoresInline


class ScoreInline(ScoresInline):
    model = Score


@admin.register(Review)
class ReviewAdmin(ReviewDesk):
    inlines = (ScoreInline,)
