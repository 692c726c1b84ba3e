"""The template tags of every page."""

import datetime as dt
import itertools
import re
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest
from django import forms
from django.forms.renderers import DjangoTemplates
from django.template import Context, Template
from django.test.html import parse_html
from django.utils import timezone, translation
from django.utils.safestring import SafeString
from unfold.widgets import UnfoldAdminSelectWidget

from portal.core.countries import country_choices, open_country_choices
from portal.ui.choices import LongSelect, LongSelectMultiple
from portal.ui.forms import PortalFormRenderer

NOON = dt.datetime(2027, 4, 1, 3, 0, tzinfo=dt.UTC)  # noon in Tokyo, 31 March in Chicago


def render(source, **context):
    return Template("{% load portal_ui %}" + source).render(Context(context))


def test_a_time_shows_weekday_zone_and_offset_and_the_readers_own_clock_below():
    with timezone.override(ZoneInfo("America/Chicago")):
        html = render("{% zoned moment 'Asia/Tokyo' %}", moment=NOON)
    assert "1 April 2027 (Thu) 12:00" in html
    assert "UTC+09:00" in html
    assert "31 March 2027 (Wed) 22:00" in html
    assert "UTC-05:00" in html
    assert 'datetime="2027-04-01T12:00+09:00"' in html


def test_a_reader_in_the_same_zone_sees_one_time():
    with timezone.override(ZoneInfo("Asia/Tokyo")):
        assert render("{% zoned moment 'Asia/Tokyo' %}", moment=NOON).count("<time") == 1


def test_no_time_draws_nothing():
    assert render("{% zoned moment 'Asia/Tokyo' %}", moment=None).strip() == ""


@pytest.mark.parametrize(("language", "expected"), [("en", "1 April 2027 (Thu)"), ("ja", "2027年4月1日(木)")])
def test_long_dates_follow_the_language(language, expected):
    with translation.override(language), timezone.override(ZoneInfo("Asia/Tokyo")):
        assert render("{{ day|longdate }}", day=dt.date(2027, 4, 1)) == expected
        assert render("{{ day|longdate }}", day=NOON) == expected
    assert render("{{ day|longdate }}", day=None) == ""


def test_a_date_is_shown_no_finer_than_it_is_known():
    assert render("{% fuzzy_date day 'month' %}", day=dt.date(2023, 6, 1)) == "June 2023"
    assert render("{% fuzzy_date day 'unknown' %}", day=None) == ""


def test_days_until_counts_whole_days_and_goes_below_nought():
    today = dt.date(2027, 4, 1)
    assert render("{{ day|days_until:today }}", day=dt.date(2027, 4, 3), today=today) == "2"
    assert render("{{ day|days_until:today }}", day=dt.date(2027, 3, 31), today=today) == "-1"


@pytest.mark.parametrize(
    ("amount", "currency", "expected"),
    [
        (780000, "JPY", "JPY 780,000"),
        ("1234.5", "USD", "USD 1,234.50"),
        ("0.005", "EUR", "EUR 0.01"),
        (5, "CHF", "CHF 5.00"),
        (None, "JPY", ""),
        (0, "JPY", "JPY 0"),
    ],
)
def test_money_shows_its_currency_and_the_decimals_of_that_currency(amount, currency, expected):
    assert render("{% money amount currency %}", amount=amount, currency=currency) == expected


def test_a_state_is_told_by_colour_shape_and_words():
    thing = SimpleNamespace(state="submitted", get_state_display=lambda: "submitted on time")
    html = render("{% state_badge thing %}", thing=thing)
    assert 'class="badge done"' in html and "<svg" in html and "submitted on time" in html


def test_a_thing_may_name_its_own_tone_and_another_field():
    thing = SimpleNamespace(status="open", state_tone="attention", get_status_display=lambda: "closes tomorrow")
    assert 'class="badge attention"' in render("{% state_badge thing field='status' %}", thing=thing)


def test_labels_of_badges_are_escaped():
    assert "&lt;b&gt;" in render("{% badge 'done' label %}", label="<b>")


def test_an_unknown_icon_is_an_error_and_not_an_empty_space():
    with pytest.raises(Exception, match="does not exist"):
        render("{% icon 'no-such-icon' %}")


def test_icons_are_hidden_from_screen_readers():
    assert 'aria-hidden="true"' in render("{% icon 'calendar' %}")


@pytest.mark.parametrize(
    ("agent", "expected"),
    [
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox on Windows"),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Mobile/15E148 Safari/604.1",
            "Safari on iPhone",
        ),
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0", "Edge on Windows"),
        ("Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 Chrome/140.0 Mobile Safari/537.36", "Chrome on Android"),
        ("curl/8", "unknown device"),
    ],
)
def test_a_session_is_named_by_its_browser_and_system(agent, expected):
    assert render("{{ agent|device }}", agent=agent) == expected


def test_a_select_of_the_desk_has_the_options_that_django_draws():
    choices = [("", "–"), ("a", "A & B"), ("Group", [("b", "<b>")])]
    for chosen in ("", "a", "b"):
        desk = UnfoldAdminSelectWidget(choices=choices).render("field", chosen, {}, PortalFormRenderer())
        usual = forms.Select(choices=choices).render("field", chosen, {}, DjangoTemplates())
        assert inside_select(desk) == inside_select(usual) and "expand_more" in desk


def inside_select(html: str):
    return parse_html(re.search(r"<select[^>]*>(.*)</select>", html, re.DOTALL)[1])


def test_a_long_list_is_what_django_draws_in_each_language_whatever_is_chosen():
    for language, chosen in itertools.product(("en", "ja"), ("", "JP", "IM", None, "<b>")):
        with translation.override(language):
            usual = forms.Select(choices=open_country_choices).render("field", chosen, {"id": "x"})
            long = LongSelect(choices=open_country_choices).render("field", chosen, {"id": "x"})
            assert parse_html(long) == parse_html(usual)


def test_a_long_list_of_which_several_are_chosen_is_what_django_draws():
    for chosen in (None, [], ["JP"], ["JP", "IM"]):
        usual = forms.SelectMultiple(choices=country_choices).render("field", chosen, {"size": 6})
        long = LongSelectMultiple(choices=country_choices).render("field", chosen, {"size": 6})
        assert parse_html(long) == parse_html(usual)


@pytest.mark.parametrize(("choices", "insists"), [(open_country_choices, True), (country_choices, False)])
def test_a_browser_insists_on_a_long_list_only_where_nothing_may_be_chosen(choices, insists):
    usual, long = forms.Select(choices=choices), LongSelect(choices=choices)
    assert usual.use_required_attribute(None) == long.use_required_attribute(None) == insists


def test_options_are_those_that_django_draws_and_no_text_of_theirs_is_markup():
    class OwnTemplates(forms.Select):
        def render(self, name, value, attrs=None, renderer=None):
            return super().render(name, value, attrs, DjangoTemplates())

    choices = [
        ("", "–"), (1, "<b>bold</b>"), ('"x"', "quoted & more"), ("Group <1>", [("a", "A"), (None, SafeString("<i>"))]),
    ]  # fmt: skip
    for chosen in ("", "1", '"x"', "a"):
        ours = forms.Select(choices=choices).render("field", chosen, {"id": "x"}, PortalFormRenderer())
        django = OwnTemplates(choices=choices).render("field", chosen, {"id": "x"})
        assert parse_html(ours) == parse_html(django)
        assert "<b>" not in ours and ours.count(" selected") == 1


@pytest.mark.parametrize(
    ("page", "english", "japanese", "attribute"),
    [("ja", "Light", "", ' lang="en"'), ("en", "", "光", ' lang="ja"'), ("ja", "Light", "光", ""),
        ("en", "Light", "", ""), ("ja", "", "", "")],
)  # fmt: skip
def test_a_text_that_falls_back_to_the_other_language_says_which(page, english, japanese, attribute):
    talk = SimpleNamespace(title_en=english, title_ja=japanese)
    with translation.override(page):
        assert render('<p{% lang_of talk "title" %}>', talk=talk) == f"<p{attribute}>"


# -- written without a template ------------------------------------------------------------
INPUT_WIDGETS = [
    forms.TextInput(attrs={"maxlength": 200, "required": True, "readonly": False, "data-note": '"><script>'}),
    forms.EmailInput(attrs={"autocomplete": "email"}),
    forms.URLInput(),
    forms.NumberInput(attrs={"min": 0}),
    forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    forms.TimeInput(),
    forms.PasswordInput(render_value=True),
    forms.HiddenInput(),
    forms.CheckboxInput(),
    forms.RadioSelect(choices=[("a<", "One & only"), ("b", SafeString("<b>Two</b>"))]),
    forms.CheckboxSelectMultiple(choices=[("a<", "One"), ("b", "Two")]),
    forms.Textarea(attrs={"rows": 2, "title": "a & b"}),
]


@pytest.mark.parametrize("value", [None, "", 0, "a<", True, dt.date(2027, 4, 1), SafeString("<i>&amp;")])
@pytest.mark.parametrize("widget", INPUT_WIDGETS, ids=lambda widget: type(widget).__name__)
def test_an_input_reads_as_djangos_own_whatever_stands_in_it(widget, value):
    ours = widget.render("field", value, {"id": "id_field"}, renderer=PortalFormRenderer())
    theirs = widget.render("field", value, {"id": "id_field"}, renderer=DjangoTemplates())
    assert parse_html(ours) == parse_html(theirs)
    assert "<script" not in ours


def test_an_input_is_written_without_a_template(monkeypatch):
    monkeypatch.setattr(PortalFormRenderer, "get_template", None)
    assert "id_name" in forms.TextInput().render("name", "Ada", {"id": "id_name"}, renderer=PortalFormRenderer())


# -- how long a deadline is away ------------------------------------------------------------
@pytest.mark.parametrize(
    ("days", "english", "japanese", "tone"),
    [
        (0, "closes today", "本日締切", "attention"),
        (1, "1 day left", "あと1日", "attention"),
        (14, "14 days left", "あと14日", "attention"),
        (15, "15 days left", "あと15日", "active"),
    ],
)
def test_the_days_left_are_counted_and_few_of_them_ask_for_attention(days, english, japanese, tone):
    instant = timezone.now() + dt.timedelta(days=days)
    for language, text in (("en", english), ("ja", japanese)):
        with translation.override(language):
            badge = render("{% days_left instant %}", instant=instant)
        assert text in badge and f"badge {tone}" in badge


def test_nothing_is_left_of_a_deadline_that_has_passed():
    assert render("{% days_left instant %}", instant=timezone.now() - dt.timedelta(days=1)) == ""


def test_an_instant_is_told_to_each_reader_in_the_own_zone_and_language():
    told = {}
    for zone, language in itertools.product(("Asia/Tokyo", "America/Chicago", "Europe/Paris"), ("en", "ja")):
        with timezone.override(ZoneInfo(zone)), translation.override(language):
            told[zone, language] = render('{% zoned instant "Asia/Tokyo" %}', instant=NOON)
    assert len(set(told.values())) == len(told)
    assert "Chicago time" in told["America/Chicago", "en"] and "Chicago time" not in told["Europe/Paris", "en"]
    assert "Your time" not in told["Asia/Tokyo", "en"]


def test_an_hour_that_comes_twice_is_told_twice():
    paris = ZoneInfo("Europe/Paris")  # clocks go back on 31 October 2027 at three
    first = dt.datetime(2027, 10, 31, 2, 30, tzinfo=paris)
    assert "UTC+02:00" in render('{% zoned instant "Europe/Paris" %}', instant=first)
    assert "UTC+01:00" in render('{% zoned instant "Europe/Paris" %}', instant=first.replace(fold=1))
