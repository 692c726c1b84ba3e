"""One page with every component and every kind of field, for the eyes of a browser; exists in these tests only."""

import datetime as dt
from pathlib import Path

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.template import RequestContext, Template
from django.urls import path

from portal.urls import urlpatterns as portal_urls

DUE = dt.datetime(2027, 4, 1, 3, 0, tzinfo=dt.UTC)
PAGE = Template((Path(__file__).parent / "gallery.html").read_text(encoding="utf-8"))


class EveryField(forms.Form):
    title = forms.CharField(label="Title", help_text="As on the letter.")
    level = forms.ChoiceField(label="Level", choices=[("m", "Master"), ("d", "Doctor")], widget=forms.RadioSelect)
    areas = forms.MultipleChoiceField(
        label="Fields",
        choices=[("q", "Sensing"), ("s", "Spintronics")],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    first_day = forms.DateField(label="First day", widget=forms.DateInput(attrs={"type": "date"}))
    host = forms.ChoiceField(label="Host", choices=[("", "Choose"), ("qup", "QUP")])
    plan = forms.CharField(label="Plan", widget=forms.Textarea, required=False)
    letter = forms.FileField(label="Letter", help_text="PDF, at most 10 MB.")
    agree = forms.BooleanField(label="I agree.")


def gallery(request):
    messages.success(request, "Saved.")
    messages.error(request, "Not sent.")
    context = {
        "crumbs": [("My desk", "/"), ("Stay", "")],
        "due": DUE,
        "tones": ["done", "active", "waiting", "attention", "stopped", "neutral"],
        "steps": [
            {"title": "About you", "done": True, "url": "/1/"},
            {"title": "Your stay", "missing": 2, "current": True, "url": "/2/"},
            {"title": "Check and submit"},
        ],
        "entries": [
            {"tone": tone, "title": f"Step {tone}", "when": "today", "who": "you", "url": "/"}
            for tone in ("done", "next", "waiting", "attention", "stopped", "later")
        ],
        "tabs": [{"title": "Inbound", "url": "/", "current": True, "count": 12}, {"title": "Outbound", "url": "/o/"}],
        "page": Paginator(range(30), 10).page(2),
        "form": EveryField({}),
    }
    return HttpResponse(PAGE.render(RequestContext(request, context)))


urlpatterns = [path("gallery/", gallery), *portal_urls]
