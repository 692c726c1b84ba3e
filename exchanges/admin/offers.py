"""Offers at the desk: prepared, changed, sent, taken back."""

import datetime as dt

from django import forms
from django.contrib import admin
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import DropdownFilter
from unfold.decorators import display

from exchanges import rules
from exchanges.admin.desk import ExchangeAdmin
from exchanges.models import Offer
from exchanges.services import offers
from exchanges.workflows import OFFER
from portal.accounts.models.person import search_form
from portal.applications.admin.desk import file_link
from portal.applications.admin.steps import day_input, text_area
from portal.core.admin_steps import DeskStep, StepForm

EXPIRING_DAYS = 7
TEXTS = ("support_en", "support_ja", "duties_en", "duties_ja", "conditions_en", "conditions_ja")


class OfferForm(StepForm):
    """What stands in the letter."""

    start_on = forms.DateField(label=_("First day"), widget=day_input())
    end_on = forms.DateField(label=_("Last day"), widget=day_input())
    status_title_en = forms.CharField(label=_("Status in English"), max_length=200)
    status_title_ja = forms.CharField(label=_("Status in Japanese"), max_length=200)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name in TEXTS:
            label = Offer._meta.get_field(name).verbose_name
            self.fields[name] = forms.CharField(
                label=label[:1].upper() + label[1:], required=False, widget=text_area(3)
            )
        for name, field in self.fields.items():
            field.initial = getattr(self.record, name, None)


def may_revise(user, offer) -> bool:
    return offer.state == Offer.State.PREPARED and rules.manages_offer(user, offer)


def revise(*, offer: Offer, actor, today: dt.date, **fields) -> Offer:
    """Change an offer that is not sent yet."""
    return offers.prepare(application=offer.application, actor=actor, today=today, **fields)


class ExpiringFilter(DropdownFilter):
    title = _("answer by")
    parameter_name = "expiring"

    def lookups(self, request, model_admin):
        return [("week", _("in the next 7 days"))]

    def queryset(self, request, queryset):
        if self.value() != "week":
            return queryset
        now = timezone.now()
        return queryset.filter(state="sent", answer_by__range=(now, now + dt.timedelta(days=EXPIRING_DAYS)))


@admin.register(Offer)
class OfferAdmin(ExchangeAdmin):
    workflow = OFFER
    count_states = True
    steps = {
        "revise": DeskStep(revise, form=OfferForm, label=_("Change the offer"), rule=may_revise, previews=False),
        # The letter becomes a file when it is issued, so it is not made just to look at.
        "send": DeskStep(
            offers.send,
            bulk=True,
            previews=False,
            explain=_("The letter is issued in the applicant's language and mailed; the answer is due in 14 days."),
        ),
        "rescind": DeskStep(
            offers.rescind,
            explain=_("The place is free again; a stay that has not begun is cancelled with it."),
            mails_say_why=False,
        ),
    }
    list_display = ("application", "state_badge", "start_on", "end_on", "sent_at", "answer_by", "answered_at")
    list_filter = (ExpiringFilter, "state")
    list_select_related = ("application__applicant", "application__programme", "letter__file")
    search_fields = ("application__code", "application__applicant__search_key")
    search_fold = staticmethod(search_form)
    date_range = "answer_by"
    summary = (
        "application",
        "start_on",
        "end_on",
        "sent_at",
        "answer_by",
        "answered_at",
        "answer_comment",
        "letter_file",
    )
    fields = ("status_title_en", "status_title_ja", *TEXTS)

    @display(description=_("letter"))
    def letter_file(self, offer):
        return file_link(offer.letter.file) if offer.letter else ""
