"""Each component draws in both languages, whole and clean."""

import datetime as dt

import pytest
from django.core.paginator import Paginator
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.utils import translation

from tests.ui.pages import faults_in

DUE = dt.datetime(2027, 4, 1, 3, 0, tzinfo=dt.UTC)
TONES = ("done", "next", "later", "waiting", "attention", "stopped")
COMPONENTS = {
    "breadcrumbs.html": {"crumbs": [("My desk", "/desk/"), ("Stay", "")]},
    "empty.html": {"text": "Nothing yet.", "url": "/", "label": "Look at open calls"},
    "file.html": {"name": "letter.pdf", "url": "/f/", "size": 62000, "note": "issued today"},
    "next_task.html": {
        "title": "Accept",
        "why": "Held for you.",
        "due": DUE,
        "zone": "Asia/Tokyo",
        "url": "/",
        "label": "Read",
    },
    "note.html": {"tone": "attention", "title": "Missing", "text": "Insurance.", "url": "/", "label": "Upload"},
    "pagination.html": {"page": Paginator(range(30), 10).page(2)},
    "progress.html": {"label": "2 of 6", "value": 2, "max": 6},
    "stat.html": {"value": 128, "label": "fellows", "url": "/", "basis": "1 October 2026"},
    "steps.html": {
        "steps": [
            {"title": "About you", "done": True, "url": "/1/"},
            {"title": "Your stay", "missing": 2, "current": True, "url": "/2/"},
            {"title": "Submit"},
        ]
    },
    "tabs.html": {
        "tabs": [{"title": "Inbound", "url": "/", "current": True, "count": 0}, {"title": "Outbound", "url": "/o/"}]
    },
    "timeline.html": {
        "entries": [
            {"tone": tone, "title": f"Step {tone}", "when": "today", "who": "you", "instant": DUE, "zone": "Asia/Tokyo"}
            for tone in TONES
        ]
    },
}


@pytest.mark.parametrize("language", ["en", "ja"])
@pytest.mark.parametrize("name", COMPONENTS)
def test_each_component_draws_in_both_languages(name, language):
    request = RequestFactory().get("/list/?state=open&page=2")
    with translation.override(language):
        html = render_to_string(f"components/{name}", COMPONENTS[name], request)
    assert faults_in(html) == []
    for value in COMPONENTS[name].values():
        if isinstance(value, str) and not value.startswith(("/", "Asia", "done", "check", "attention")):
            assert value in html


def test_the_next_page_keeps_the_filters():
    html = render_to_string(
        "components/pagination.html", COMPONENTS["pagination.html"], RequestFactory().get("/?state=open&page=2")
    )
    assert 'href="?state=open&amp;page=3"' in html
    assert "Page 2 of 3" in html


def test_a_timeline_says_in_words_what_its_colours_say():
    html = render_to_string("components/timeline.html", COMPONENTS["timeline.html"])
    for word in ("Done:", "Next:", "Later:", "Waiting for others:", "Needs attention:", "Stopped:"):
        assert word in html


def test_a_section_says_what_is_missing_and_which_one_is_open():
    html = render_to_string("components/steps.html", COMPONENTS["steps.html"])
    assert "2 things missing" in html
    assert html.count('aria-current="step"') == 1


def test_components_escape_what_people_typed():
    sly = "<script>alert(1)</script>"
    for name, context in COMPONENTS.items():
        poisoned = {
            key: sly if isinstance(value, str) and key not in {"tone", "icon", "zone"} else value
            for key, value in context.items()
        }
        assert "<script>" not in render_to_string(f"components/{name}", poisoned, RequestFactory().get("/"))
