"""What the steps of an application and a review ask at the desk, and when acts beside the life cycle are offered."""

import datetime as dt

from django import forms
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from portal.applications import rules
from portal.applications.models import BaseEligibilityCheck, State
from portal.applications.reviewers import known_reviewers, reviewer_at
from portal.applications.services import eligibility, reviews
from portal.core.admin_steps import StepForm

REVIEW_DAYS = 14


def day_input():
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


def text_area(rows: int = 4):
    return forms.Textarea(attrs={"rows": rows})


class ReturnForm(StepForm):
    items = forms.CharField(
        label=_("What is missing"), widget=text_area(), help_text=_("The applicant reads this text as it is.")
    )
    until = forms.DateField(
        label=_("Complete until"), required=False, widget=day_input(), help_text=_("Empty: in 14 days.")
    )


class OverrideForm(StepForm):
    outcome = forms.ChoiceField(label=_("Decision"), choices=BaseEligibilityCheck.Outcome.choices)
    reason = forms.CharField(label=_("Reason"), widget=text_area(), help_text=_("Kept with the findings of the rules."))


class PassForm(StepForm):
    """Why an application goes on although a rule says no: asked where one does, and where many are passed at once."""

    reason = forms.CharField(
        label=_("Reason"),
        required=False,
        widget=text_area(),
        help_text=_("Needed where a rule says no. It stays with the findings; the applicant does not read it."),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.record is None:
            return
        if refusals := eligibility.open_refusals(self.record):
            self.fields["reason"].required = True
            self.fields["reason"].help_text = _(
                "The rules say no: %(rules)s Your reason stays with the findings; the applicant does not read it."
            ) % {"rules": " ".join(refusals)}
        else:
            del self.fields["reason"]


class WaitlistForm(StepForm):
    rank = forms.IntegerField(label=_("Rank on the waiting list"), min_value=1, max_value=999, initial=1)


class ReviewerForm(StepForm):
    """One reviewer and a day, for one application or for many."""

    reviewer = forms.ModelChoiceField(label=_("Reviewer"), queryset=None, required=False)
    address = forms.EmailField(
        label=_("or the reviewer's e-mail address"),
        required=False,
        help_text=_("For reviewers who are not in the list."),
    )
    due_on = forms.DateField(label=_("Due"), widget=day_input())

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["reviewer"].queryset = known_reviewers(self.user)
        self.fields["due_on"].initial = localdate() + dt.timedelta(days=REVIEW_DAYS)

    def clean(self):
        values = super().clean()
        address = values.pop("address", "")
        if values.get("reviewer") is None and address:
            values["reviewer"] = reviewer_at(address)
            if values["reviewer"] is None:
                self.add_error("address", _("Nobody with this address has a reviewer's seat."))
        elif values.get("reviewer") is None:
            self.add_error("reviewer", _("Please choose a reviewer or give an address."))
        return values


def may_check_again(user, application) -> bool:
    return application.state == State.ELIGIBILITY_CHECK and rules.manages(user, application)


def may_assign(user, application) -> bool:
    return application.state in reviews.ASSIGNABLE and rules.manages(user, application)


def override_eligibility(*, application, outcome: str, reason: str, actor):
    """Decide otherwise about the newest findings."""
    return eligibility.override(
        check=eligibility.latest_check(application), outcome=outcome, reason=reason, actor=actor
    )
