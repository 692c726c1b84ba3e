"""How forms are drawn."""

import re

import pytest
from django import forms
from django.utils import translation

from portal.ui.forms import Problem, problems


class Visit(forms.Form):
    title = forms.CharField(label="Title", help_text="As on the letter.")
    level = forms.ChoiceField(label="Level", choices=[("m", "Master"), ("d", "Doctor")], widget=forms.RadioSelect)
    fields_of_work = forms.MultipleChoiceField(
        label="Fields", choices=[("q", "Sensing")], widget=forms.CheckboxSelectMultiple, required=False
    )
    first_day = forms.DateField(label="First day", widget=forms.DateInput(attrs={"type": "date"}))
    letter = forms.FileField(label="Letter", required=False)
    agree = forms.BooleanField(label="I agree.")
    version = forms.IntegerField(widget=forms.HiddenInput)

    def clean(self):
        raise forms.ValidationError("The stay is too short.")


def test_problems_are_listed_in_reading_order_and_lead_to_the_first_control():
    assert [(problem.target, problem.label) for problem in problems([Visit({})])] == [
        ("", ""),
        ("", ""),  # a hidden field has no place to go to
        ("id_title", "Title"),
        ("id_level_0", "Level"),
        ("id_first_day", "First day"),
        ("id_agree", "I agree"),
    ]
    assert problems([Visit({})])[0] == Problem("", "", "The stay is too short.")


def test_every_link_of_the_summary_has_its_target_on_the_page():
    html = str(Visit({}))
    targets = re.findall(r'href="#([^"]+)"', html)
    assert targets and all(f'id="{target}"' in html for target in targets)


def test_the_summary_is_announced_and_takes_the_focus():
    html = str(Visit({}))
    assert 'class="error-summary" role="alert" tabindex="-1" autofocus' in html
    assert "6 things need your attention" in html


def test_a_fresh_form_shows_no_summary():
    assert "error-summary" not in str(Visit())


def test_help_and_error_are_tied_to_their_field():
    html = str(Visit({})["title"].as_field_group())
    described = re.search(r'aria-describedby="([^"]+)"', html).group(1).split()
    assert described == ["id_title_helptext", "id_title_error"]
    assert all(f'id="{name}"' in html for name in described)
    assert 'aria-invalid="true"' in html


def test_choices_are_a_group_with_a_legend():
    html = Visit()["level"].as_field_group()
    assert "<fieldset" in html and "<legend" in html and html.count('type="radio"') == 2


@pytest.mark.parametrize("name", ["title", "first_day", "letter", "agree"])
def test_every_field_has_a_label_of_its_own(name):
    assert f'for="id_{name}"' in Visit()[name].as_field_group()


def test_what_is_required_is_said_in_words():
    assert "required-mark" in Visit()["title"].as_field_group()
    assert "required-mark" not in Visit()["letter"].as_field_group()


def test_hidden_fields_are_drawn_once():
    assert str(Visit()).count('name="version"') == 1


def test_labels_are_escaped():
    class Sly(forms.Form):
        title = forms.CharField(label="<script>alert(1)</script>")

    with translation.override("ja"):
        assert "<script>" not in str(Sly({}))


def test_a_file_already_there_can_be_replaced_or_removed():
    class Kept:
        url = "/files/1/"

        def __str__(self):
            return "plan.pdf"

    html = Visit(initial={"letter": Kept()})["letter"].as_field_group()
    assert '<a href="/files/1/">plan.pdf</a>' in html
    assert 'name="letter-clear"' in html and 'type="file"' in html
