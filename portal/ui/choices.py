"""Attributes and lists to choose from, written as HTML: templates take ten times as long for hundreds of zones."""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from html import escape
from typing import Any

from django import forms
from django.utils.choices import CallableChoiceIterator
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language


def attributes_html(*attributes: Mapping[str, object]) -> SafeString:
    """What stands in the tag of a control: ` required maxlength="200"`."""
    written = (_attribute(name, value) for each in attributes for name, value in each.items() if value is not False)
    return mark_safe("".join(written))


def _attribute(name: str, value) -> str:
    return f" {name}" if value is True else f' {name}="{_escaped(value)}"'


def input_html(widget: Mapping[str, Any]) -> SafeString:
    """`<input type="text" name="title" value="…" …>` of a widget as Django describes it to its templates."""
    value = {} if widget["value"] is None else {"value": widget["value"]}
    attributes = attributes_html({"type": widget["type"], "name": widget["name"], **value}, widget["attrs"])
    return mark_safe(f"<input{attributes}>")


def options_html(groups: Iterable[tuple]) -> SafeString:
    """The options of a list as a widget groups them."""
    return mark_safe("".join(_group(name, members) for name, members, _at in groups))


def _group(name, members) -> str:
    inside = "".join(_option(member) for member in members)
    return format_html('<optgroup label="{}">{}</optgroup>', name, SafeString(inside)) if name else inside


def _option(option) -> str:
    attributes = attributes_html(option["attrs"])
    return f'<option value="{_escaped(option["value"])}"{attributes}>{_escaped(option["label"])}</option>'


def _escaped(value) -> str:
    text = str(value)
    return text if isinstance(text, SafeString) else escape(text)


def suggestions_html(texts: Iterable[str]) -> SafeString:
    """What a datalist offers to choose from."""
    return mark_safe("".join(f'<option value="{escape(text)}"></option>' for text in texts))


# -- long lists --------------------------------------------------------------------------------------------------------
class LongSelect(forms.Select):
    """A list whose choices are a function: they are written once in each language; a page marks the chosen.

    What the function answers may depend on the language and, as the offsets of time zones do, on the hour.
    """

    template_name = "django/forms/widgets/long_select.html"

    def get_context(self, name, value, attrs):
        context = super(forms.widgets.ChoiceWidget, self).get_context(name, value, attrs)
        if self.allow_multiple_selected:
            context["widget"]["attrs"]["multiple"] = True
        options = self._options()
        for chosen in self.format_value(value):
            opening = f'<option value="{escape(chosen)}"'
            options = options.replace(f"{opening}>", f"{opening} selected>", 1)
        context["widget"]["options"] = mark_safe(options)
        return context

    def use_required_attribute(self, initial):
        """A browser may insist on a choice where the first option is none."""
        insists = forms.Widget.use_required_attribute(self, initial)
        return insists and (self.allow_multiple_selected or self._options().startswith('<option value="">'))

    def _options(self) -> str:
        choices = self.choices
        assert isinstance(choices, CallableChoiceIterator), "a long list is given as a function"
        hour = dt.datetime.now(dt.UTC).replace(minute=0, second=0, microsecond=0)
        return _written(choices.func, get_language(), hour)


@lru_cache(maxsize=16)
def _written(choices: Callable, language: str, hour: dt.datetime) -> str:
    return options_html(forms.Select(choices=choices()).optgroups("", []))


class LongSelectMultiple(LongSelect, forms.SelectMultiple):
    pass
