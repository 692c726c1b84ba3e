"""The score sheet of a review, saved as it stands, and the way to give a review back."""

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.applications.models import BaseReview
from portal.programmes.models import Criterion


class DeclineForm(forms.Form):
    reason = forms.CharField(
        label=_("Why you cannot review it"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("For example: I work with the applicant; I have no time before the day it is due."),
    )


class ScoreSheet(forms.Form):
    """One choice per criterion of the call, advice and a comment; all of it may stay open until it is handed in."""

    use_required_attribute = False

    advice = forms.ChoiceField(
        label=_("Your advice"), choices=BaseReview.Advice, required=False, widget=forms.RadioSelect
    )
    comment = forms.CharField(
        label=_("Comment for the panel"),
        required=False,
        max_length=8000,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_("The applicant does not see it."),
    )

    def __init__(self, *args, review: BaseReview, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.criteria = list(Criterion.objects.visible_to(user).filter(call=review.application.call_id))
        given = {score.criterion_id: score.value for score in review.scores.all()}
        for criterion in self.criteria:
            self.fields[f"score_{criterion.pk}"] = forms.TypedChoiceField(
                label=criterion.name,
                help_text=criterion.help,
                choices=[(value, str(value)) for value in range(criterion.max_score + 1)],
                coerce=int,
                empty_value=None,
                required=False,
                widget=forms.RadioSelect(attrs={"class": "scale"}),
                initial=given.get(criterion.pk),
            )
        self.fields["advice"].initial, self.fields["comment"].initial = review.advice, review.comment
        self.order_fields([f"score_{criterion.pk}" for criterion in self.criteria])

    @property
    def scores(self) -> dict[int, int | None]:
        """Value by criterion id."""
        return {criterion.pk: self.cleaned_data.get(f"score_{criterion.pk}") for criterion in self.criteria}
