"""How a mail is written: strict, in the reader's language and zone, and deaf to tricks in names."""

import datetime as dt

import pytest
from django.template import TemplateDoesNotExist
from django.test import override_settings
from django.utils import timezone, translation
from django.utils.translation import get_language, gettext_lazy
from hypothesis import given
from hypothesis import strategies as st

from portal.outbox import rendering
from portal.outbox.rendering import MailError, MissingPlaceholder, Rendered, absolute, lay_out, one_line, plain, render

LETTER = """{% block subject %}{% blocktrans %}Offer for {{ name }}{% endblocktrans %}{% endblock %}
{% block body %}Dear {{ recipient_name }},

{{ name }} starts on {{ start }} at {{ at|time:"H:i" }}.{% if note %} {{ note }}{% endif %}{% endblock %}"""
VALUES = {
    "name": "Ada",
    "start": dt.date(2027, 4, 1),
    "at": dt.datetime(2027, 4, 1, 0, 30, tzinfo=dt.UTC),
    "action_url": "/offers/1/",
}


@pytest.fixture
def write(tmp_path, settings):
    """Render a template given as text, the way `queue` does it."""
    settings.TEMPLATES = [{**settings.TEMPLATES[0], "DIRS": [tmp_path, *settings.TEMPLATES[0]["DIRS"]]}]
    settings.BASE_URL = "https://portal.example"
    folder = tmp_path / "mails"
    folder.mkdir()

    def write(text=LETTER, *, language="en", zone="UTC", recipient_name="Ada Lovelace", **changes) -> Rendered:
        rendering.engine.cache_clear()
        rendering.blocks.cache_clear()
        (folder / "trial.txt").write_text(text, encoding="utf-8")
        return render("trial", {**VALUES, **changes}, language=language, zone=zone, recipient_name=recipient_name)

    yield write
    rendering.engine.cache_clear()
    rendering.blocks.cache_clear()


def test_dates_and_times_are_those_of_the_reader(write):
    assert "starts on 1 Apr 2027 at 09:30." in write(zone="Asia/Tokyo").body_text
    assert "starts on 1 Apr 2027 at 19:30." in write(zone="America/Chicago").body_text
    assert "2027年4月1日" in write(language="ja").body_text


def test_the_language_of_the_caller_is_left_alone(write):
    with translation.override("en"), timezone.override("Europe/Paris"):
        write(language="ja", zone="Asia/Tokyo")
        assert (translation.get_language(), timezone.get_current_timezone_name()) == ("en", "Europe/Paris")


@pytest.mark.parametrize(
    "place", ["{{ missing }}", "{% blocktrans %}{{ missing }}{% endblocktrans %}", '{{ missing|default:"x" }}']
)
def test_a_missing_value_is_an_error_when_the_mail_is_written(write, place):
    with pytest.raises(MissingPlaceholder, match="missing"):
        write("{% block subject %}s{% endblock %}{% block body %}" + place + "{% endblock %}")


def test_a_value_may_be_optional_by_asking_for_it_first(write):
    assert "Bring a passport." in write(note="Bring a passport.").body_text
    assert "Bring" not in write().body_text


def test_an_unknown_kind_of_mail_is_an_error():
    with pytest.raises(TemplateDoesNotExist):
        render("no_such_kind", {}, language="en", zone="UTC")


def test_an_empty_subject_is_an_error(write):
    with pytest.raises(MailError, match="empty subject"):
        write("{% block subject %} {% endblock %}{% block body %}x{% endblock %}")


def test_records_are_no_values_for_a_mail(write):
    with pytest.raises(MailError, match="plain values"):
        write(name=object())


def test_lazy_and_callable_values_speak_the_readers_language(write):
    mail = write(
        "{% block subject %}{{ a }} {{ b }}{% endblock %}{% block body %}x{% endblock %}",
        language="ja",
        a=get_language,
        b=gettext_lazy("Monday"),
    )
    assert mail.subject == "ja 月曜日"
    assert mail.context["b"] == "月曜日"


def test_line_breaks_cannot_leave_the_subject(write):
    assert write(name="Ada\r\nBcc: everybody@example.org").subject == "Offer for Ada Bcc: everybody@example.org"


@given(st.text())
def test_one_line_is_one_line_without_controls(text):
    line = one_line(text)
    assert "\n" not in line and "\r" not in line and "\x00" not in line
    assert line == one_line(line)


def test_markup_in_a_name_stays_text(write):
    mail = write(name='<a href="https://evil.example">Ada</a>')
    assert "&lt;a href=" in mail.body_html
    assert mail.body_html.count("<a ") == 1


@pytest.mark.parametrize(
    "name", ["https://evil.example/x", "www.evil.example", "evil.example/login", "mailto:x@evil.example", "HTTP://evil"]
)
def test_an_address_in_a_name_is_made_inert(write, name):
    mail = write(name=name)
    assert name not in mail.body_text and name not in mail.body_html and name not in mail.subject


@pytest.mark.parametrize(
    "name", ["J. R. Smith", "Ph.D. Kim", "office@u-tokyo.ac.jp", "髙﨑 𠮷", "10:30", "a/b", "v1.2/3"]
)
def test_ordinary_names_are_left_alone(name):
    assert plain(name) == name


def test_only_the_action_becomes_a_button_and_text_readers_get_its_address(write):
    mail = write()
    assert 'href="https://portal.example/offers/1/"' in mail.body_html
    assert "https://portal.example/offers/1/" in mail.body_text


def test_an_address_written_in_the_body_is_not_repeated(write):
    text = "{% block subject %}s{% endblock %}{% block body %}Look:\n\n{{ action_url }}{% endblock %}"
    mail = write(text)
    assert mail.body_text.count("https://portal.example/offers/1/") == 1
    assert mail.body_html.count("https://portal.example/offers/1/") == 1


@pytest.mark.parametrize(
    "address", ["javascript:alert(1)", "//evil.example", "ftp://x", 'https://x" onclick="y', "https://a b"]
)
def test_an_address_must_be_one_of_the_web(address):
    with pytest.raises(MailError):
        absolute(address)


def test_addresses_are_made_complete_with_our_own_origin():
    with override_settings(BASE_URL="https://portal.example"):
        assert absolute("/desk/?a=1") == "https://portal.example/desk/?a=1"
        assert absolute("https://orcid.org/0000") == "https://orcid.org/0000"


def test_both_parts_say_the_same_and_name_the_sender(settings):
    text, html = lay_out("Subject", "First.\n\nSecond <b>.", language="ja", values={})
    assert text.startswith("First.\n\nSecond <b>.\n\n-- \n") and settings.BASE_URL in text
    assert "<p" in html and "Second &lt;b&gt;." in html and '<html lang="ja">' in html and "<a " not in html


def test_an_address_in_the_text_is_a_link_in_html_and_one_in_a_name_is_none():
    values = {"room_url": "https://meet.example.org/a", "other_url": "https://meet.example.org/a?b=1&c=2"}
    name = plain("https://evil.example/x")
    body = f"Room: {values['room_url']}\nOther: {values['other_url']}\nBy: {name}"
    _text, html = lay_out("s", body, language="en", values=values)
    assert '<a href="https://meet.example.org/a">https://meet.example.org/a</a><br>' in html
    assert '<a href="https://meet.example.org/a?b=1&amp;c=2">https://meet.example.org/a?b=1&amp;c=2</a><br>' in html
    assert html.count("<a href=") == 2
