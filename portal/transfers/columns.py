"""Columns of a table: how a cell becomes the value of a record, and back.

A column reads text and raises CellError with a sentence; it never looks at the database. References read codes, which
the importer turns into rows within the reach of the person who imports.
"""

import datetime as dt
import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _
from import_export.fields import Field
from import_export.widgets import Widget

from portal.core.countries import country_code
from portal.core.dates import Precision
from portal.transfers import formulas
from portal.transfers.problems import CellError

LIST_SEPARATOR = "|"
CODE_OF_COUNTRY = 2
MAX_CODES_SHOWN = 30
DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
# As spreadsheets in Japan write days: the year comes first, so they have one reading.
YEAR_FIRST = re.compile(r"(\d{4})/(\d{1,2})/(\d{1,2})")
FUZZY_DATE = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?")
SLASHED_DATE = re.compile(r"\d{1,2}[/.]\d{1,2}[/.]\d{1,4}")
INTEGER = re.compile(r"[+-]?\d{1,18}")
DECIMAL = re.compile(r"[+-]?\d+(?:\.\d+)?")


class TextWidget(Widget):
    """Free text: composed characters, newlines as LF, no blanks around, nothing a spreadsheet would run.

    `signed` allows signed quantities; `normal` is the spelling under which the model keeps a value.
    """

    def __init__(self, *, signed: bool = False, normal: Callable[[str], str] | None = None):
        super().__init__()
        self.signed = signed
        self.normal = normal

    def clean(self, value, row=None, **kwargs):
        if not value[:1].isalnum():  # most cells begin with a letter or a digit and need no closer look
            if formulas.is_escaped(value):
                value = formulas.unescape(value)
            elif formulas.is_formula(value) and not (self.signed and formulas.is_signed_quantity(value)):
                raise CellError(
                    _("The cell begins like a formula. Put an apostrophe (') in front if it is meant as text.")
                )
        text = tidy(value)
        if control_character(text):
            raise CellError(_("The cell contains an invisible control character. Type the text again."))
        return self.normal(text) if self.normal and text else text

    def render(self, value, obj=None, **kwargs):
        return formulas.escape(value) if value else ""


class IntegerWidget(Widget):
    def clean(self, value, row=None, **kwargs):
        if not INTEGER.fullmatch(value):
            raise CellError(_("“%(value)s” is not a whole number.") % {"value": shorten(value)})
        return int(value)


class DecimalWidget(Widget):
    def clean(self, value, row=None, **kwargs):
        if not DECIMAL.fullmatch(value):
            raise CellError(
                _("“%(value)s” is not a number. Write it without separators, such as 1234.5.")
                % {"value": shorten(value)}
            )
        return Decimal(value)

    def render(self, value, obj=None, **kwargs):
        return "" if value is None else f"{value.normalize():f}"


class YesNoWidget(Widget):
    WORDS = {"yes": True, "no": False}

    def clean(self, value, row=None, **kwargs):
        if (answer := self.WORDS.get(value.lower())) is None:
            raise CellError(_("“%(value)s” is neither yes nor no.") % {"value": shorten(value)})
        return answer

    def render(self, value, obj=None, **kwargs):
        return "" if value is None else "yes" if value else "no"


class DateWidget(Widget):
    def clean(self, value, row=None, **kwargs):
        written = dashed(value)
        if DATE.fullmatch(written):
            try:
                return dt.date.fromisoformat(written)
            except ValueError:
                raise CellError(_("“%(value)s” is no day of the calendar.") % {"value": value}) from None
        raise CellError(date_hint(value))

    def render(self, value, obj=None, **kwargs):
        return "" if value is None else value.isoformat()


class TimeWidget(Widget):
    def clean(self, value, row=None, **kwargs):
        for pattern in ("%H:%M", "%H:%M:%S"):
            try:
                return dt.datetime.strptime(value, pattern).time()  # noqa: DTZ007 (a wall clock has no zone)
            except ValueError:
                continue
        raise CellError(_("“%(value)s” is no time of day. Write it as 17:00.") % {"value": shorten(value)})

    def render(self, value, obj=None, **kwargs):
        return "" if value is None else value.strftime("%H:%M:%S" if value.second else "%H:%M")


class InstantWidget(Widget):
    def clean(self, value, row=None, **kwargs):
        try:
            instant = dt.datetime.fromisoformat(value)
        except ValueError:
            instant = None
        if instant is None or instant.tzinfo is None:
            raise CellError(
                _("“%(value)s” is no instant. Write date, time and offset, such as 2026-04-01T09:00:00+09:00.")
                % {"value": shorten(value)}
            )
        return instant.astimezone(dt.UTC)

    def render(self, value, obj=None, zone="UTC", **kwargs):
        return "" if value is None else value.astimezone(ZoneInfo(zone)).isoformat()


class ChoiceWidget(TextWidget):
    """A code out of a fixed list."""

    def __init__(self, codes):
        super().__init__()
        self.codes = [str(code) for code in codes]

    def clean(self, value, row=None, **kwargs):
        code = super().clean(value, row, **kwargs)
        if code in self.codes:
            return code
        known = ", ".join(code for code in self.codes[:MAX_CODES_SHOWN] if code)
        raise CellError(
            _("“%(value)s” is not one of the codes of this column: %(codes)s.")
            % {"value": shorten(code), "codes": known}
        )


class CountryWidget(TextWidget):
    """A country by its code, or by its name in English or Japanese, which becomes the code."""

    def clean(self, value, row=None, **kwargs):
        text = super().clean(value, row, **kwargs)
        if (code := country_code(text)) is None:
            raise CellError(
                _("“%(value)s” is no country. Write its code of two letters, such as JP, or its name.")
                % {"value": shorten(text)}
            )
        return code


class Column(Field):
    """One column that fills one attribute."""

    widget: Widget
    is_reference = False
    is_state = False
    is_computed = False
    is_instant = False
    is_text = False

    def __init__(self, attribute: str, *, widget: Widget | None = None, zone: str = ""):
        super().__init__(attribute=attribute, widget=widget)
        self.zone = zone  # path to the time zone in which an instant is shown

    def bind(self, model: type[models.Model]) -> None:
        """Learn from the model what an empty cell means."""
        self.model_field = model._meta.get_field(self.attribute)
        if type(self.widget) is Widget:
            self.widget = widget_for(self.model_field)
        self.is_instant = isinstance(self.widget, InstantWidget)
        holds_text = isinstance(self.model_field, (models.CharField, models.TextField)) and not self.model_field.null
        self.is_text = holds_text and isinstance(self.widget, TextWidget)

    @property
    def is_required(self) -> bool:
        """Whether a new record cannot do without this column."""
        return not (self.model_field.blank or self.model_field.null or self.model_field.has_default())

    def read(self, cell: str):
        """The value of a cell; CellError or ValidationError where it has none."""
        if not cell.strip():
            return self.empty()
        return self.widget.clean(cell if isinstance(self.widget, TextWidget) else cell.strip())

    def empty(self):
        field = self.model_field
        if field.null:
            return None
        if field.blank and field.empty_strings_allowed:
            return ""
        if field.has_default():
            return field.get_default()
        raise CellError(_("This cell must not be empty."))

    def current(self, obj):
        value = getattr(obj, self.attribute)
        return tidy(value) if isinstance(value, str) else value

    def told(self, value):
        """What people may know of the value."""
        return value

    def assign(self, obj, value) -> None:
        setattr(obj, self.attribute, value)

    def check(self, obj, value) -> None:
        """The model's own validation of the value."""
        self.model_field.clean(value, obj)

    @property
    def attributes(self) -> tuple[str, ...]:
        return (self.attribute,)

    @property
    def paths(self) -> tuple[str, ...]:
        """Where the values of a cell stand, from the record on."""
        return (self.attribute, self.zone) if self.zone else (self.attribute,)

    def text(self, value, zone: str | None = None) -> str:
        """The cell of these values."""
        return self.widget.render(value, zone=zone or "UTC") if self.is_instant else self.widget.render(value)

    def texts(self, *values: Sequence) -> Iterable[str]:
        """The cells of many records: a sequence of values for each path."""
        if self.is_text:
            # Most cells begin with a letter or a digit and need no closer look.
            return [text if text[:1].isalnum() or not text else self.text(text) for text in values[0]]
        return map(self.text, *values)

    def export(self, instance, **kwargs):
        return self.text(*(follow(instance, path) for path in self.paths))


class State(Column):
    """The state of a record: free when the record is entered, afterwards changed only by steps.

    `one` are states that nobody at a desk may tell apart; people are told the first of them.
    """

    is_state = True

    def __init__(self, attribute: str, *, one: tuple[str, ...] = (), **options):
        super().__init__(attribute, **options)
        self.one = one

    def told(self, value):
        return str(self.one[0]) if value in self.one else value


class FuzzyDate(Column):
    """A date written as finely as it is known, `2023`, `2023-06` or `2023-06-15`, with its precision beside it."""

    def __init__(self, attribute: str, *, precision: str):
        super().__init__(attribute)
        self.precision = precision

    def bind(self, model):
        super().bind(model)
        self.precision_field = model._meta.get_field(self.precision)

    def read(self, cell):
        text = cell.strip()
        if not text:
            return None, Precision.UNKNOWN.value
        if not (match := FUZZY_DATE.fullmatch(dashed(text))):
            raise CellError(date_hint(text))
        year, month, day = match.groups()
        try:
            date = dt.date(int(year), int(month or 1), int(day or 1))
        except ValueError:
            raise CellError(_("“%(value)s” is no day of the calendar.") % {"value": text}) from None
        return date, (Precision.DAY if day else Precision.MONTH if month else Precision.YEAR).value

    def current(self, obj):
        date = getattr(obj, self.attribute)
        return (date, getattr(obj, self.precision)) if date else (None, Precision.UNKNOWN.value)

    def assign(self, obj, value):
        date, precision = value
        setattr(obj, self.attribute, date)
        setattr(obj, self.precision, precision)

    def check(self, obj, value):
        self.model_field.clean(value[0], obj)
        self.precision_field.clean(value[1], obj)

    def text(self, date, precision):
        if date is None:
            return ""
        return date.strftime({Precision.YEAR: "%Y", Precision.MONTH: "%Y-%m"}.get(precision, "%Y-%m-%d"))

    @property
    def attributes(self):
        return (self.attribute, self.precision)

    @property
    def paths(self):
        return self.attributes


class Computed(Column):
    """A figure that the portal works out of some attributes; a cell may repeat it but not contradict it."""

    is_computed = True
    is_required = False

    def __init__(self, attribute: str, *, of: tuple[str, ...]):
        super().__init__(attribute, widget=IntegerWidget())
        self.of = of

    def bind(self, model):
        self.model = model

    def read(self, cell):
        return self.widget.clean(cell.strip()) if cell.strip() else None

    def text(self, *values):
        record = self.model(**dict(zip(self.of, values, strict=True)))
        return self.widget.render(getattr(record, self.attribute))

    @property
    def attributes(self):
        return ()

    @property
    def paths(self):
        return self.of


class Reference(Column):
    """Another record, named by its code. `creates` lets a new term enter a vocabulary by being used.

    `among` are the rows that a user may name, where these are not the rows that she sees.
    """

    is_reference = True
    is_list = False

    def __init__(
        self,
        attribute: str,
        *,
        lookup: str = "code",
        creates: Callable[[str], models.Model] | None = None,
        among: Callable[[Any], models.QuerySet] | None = None,
    ):
        super().__init__(attribute, widget=TextWidget())
        self.lookup = lookup
        self.creates = creates
        self.among = among

    def bind(self, model):
        super().bind(model)
        self.target = self.model_field.remote_field.model
        self.source = (self.target, self.lookup, self.among)  # columns with the same one share what was looked up

    def empty(self):
        if self.model_field.null:
            return None
        raise CellError(_("This cell must not be empty."))

    def codes(self, value) -> tuple[str, ...]:
        """The codes in a value that `read` returned."""
        return () if value is None else (value,)

    def resolved(self, value, keys: dict[str, int]):
        """What goes into the record, once codes are known as primary keys."""
        return None if value is None else keys[value]

    def current(self, obj):
        return getattr(obj, self.model_field.attname)

    def assign(self, obj, value):
        setattr(obj, self.model_field.attname, value)

    def check(self, obj, value):
        return

    def text(self, code):
        return "" if code is None else formulas.escape(str(code))

    def texts(self, codes):
        """Many records name the same few."""
        known = {code: self.text(code) for code in set(codes)}
        return [known[code] for code in codes]

    @property
    def paths(self):
        return (f"{self.attribute}__{self.lookup}",)


class References(Reference):
    """Several records, their codes joined by “|”. Their order has no meaning, but is kept."""

    is_list = True

    @property
    def is_required(self):
        return False

    def read(self, cell):
        text = self.widget.clean(cell) if cell.strip() else ""
        return tuple(dict.fromkeys(code.strip() for code in text.split(LIST_SEPARATOR) if code.strip()))

    def codes(self, value):
        return value

    def resolved(self, value, keys):
        return tuple(keys[code] for code in value)

    def export_codes(self, codes) -> str:
        return formulas.escape(LIST_SEPARATOR.join(codes))

    @property
    def attributes(self):
        return ()

    @property
    def paths(self):
        return ("pk",)


def widget_for(field: models.Field) -> Widget:
    """The widget that fits a model field."""
    if field.name.endswith("country") and field.max_length == CODE_OF_COUNTRY:
        return CountryWidget()
    if field.choices:
        return ChoiceWidget(code for code, _label in field.flatchoices)
    for kind, widget in WIDGETS:
        if isinstance(field, kind):
            return widget()
    return TextWidget()


WIDGETS = (
    (models.BooleanField, YesNoWidget),
    (models.DateTimeField, InstantWidget),
    (models.DateField, DateWidget),
    (models.TimeField, TimeWidget),
    (models.DecimalField, DecimalWidget),
    (models.IntegerField, IntegerWidget),
)


def tidy(text: str) -> str:
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return (text if text.isascii() else unicodedata.normalize("NFC", text)).strip()


def control_character(text: str) -> bool:
    return any(unicodedata.category(c) == "Cc" and c not in "\n\t" for c in text) if not text.isprintable() else False


def shorten(text: str) -> str:
    return text if len(text) <= 60 else f"{text[:59]}…"


def dashed(value: str) -> str:
    """`2026/4/3` as `2026-04-03`; anything else stays as it is."""
    match = YEAR_FIRST.fullmatch(value)
    return f"{match[1]}-{match[2]:0>2}-{match[3]:0>2}" if match else value


def date_hint(value: str) -> str:
    if SLASHED_DATE.fullmatch(value):
        return _("“%(value)s” can be read as two different days. Write year-month-day, such as 2026-04-03.") % {
            "value": value
        }
    return _("“%(value)s” is no date. Write year-month-day, such as 2026-04-03.") % {"value": shorten(value)}


def follow(obj, path: str):
    for name in path.split("__") if path else ():
        obj = getattr(obj, name, None)
    return obj if path else None


def message_of(error: Exception) -> str:
    """One sentence out of a CellError or a ValidationError."""
    return " ".join(error.messages) if isinstance(error, ValidationError) else str(error)
