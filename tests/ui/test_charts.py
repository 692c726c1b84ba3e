"""Pictures: what is drawn stands in the table, texts are harmless, unknown is not zero."""

import datetime as dt
import re
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.documents.letters import typesetting
from portal.ui import charts
from portal.ui.drawing import TONES, text_width, wrapped

DAY = dt.date(2026, 11, 21)
NAMES = st.text(min_size=0, max_size=40)
NUMBERS = st.one_of(st.none(), st.integers(0, 10**7), st.floats(0, 10**6))


def words(picture) -> list[str]:
    return [node.text or "" for node in ET.fromstring(picture.svg).iter("{http://www.w3.org/2000/svg}text")]


def samples(name: str = "Tōhoku 東北大学") -> list[charts.Picture]:
    """One picture of every kind, with this name somewhere in it."""
    return [
        charts.bars("B", [charts.Bar(name, 3), charts.Bar("x", None)], header=("a", "b")),
        charts.stacked("S", ["2024", "2025"], [charts.Series(name, [1, 2]), charts.Series("y", [0, 4])], header="Year"),
        charts.lines("L", ["2024", "2025"], [charts.Series(name, [1, None]), charts.Series("y", [3, 4])], header="Yr"),
        charts.progress("P", [charts.Goal(name, 3, 10), charts.Goal("y", 12, 10), charts.Goal("z", None, 4)]),
        charts.flows("F", [charts.Flow(name, "KEK", 5), charts.Flow("UIUC", name, 2)], header=("a", "b", "c")),
        charts.calendar_strip(
            "C", first=dt.date(2026, 10, 1), month_labels=["Oct", "Nov"], today=DAY, header=("a",),
            lanes=[charts.Lane("Calls", [charts.Span(name, DAY, DAY)]), charts.Lane("Arrivals", numbers=[1, 0])],
            rows=[charts.Row((name,))],
        ),
    ]  # fmt: skip


def test_every_picture_is_an_image_with_its_message_as_its_name():
    for picture in samples():
        root = ET.fromstring(picture.svg)
        assert root.get("role") == "img" and root.get("aria-label") == picture.title


def test_every_name_stands_in_the_table():
    for picture in samples():
        assert any("Tōhoku 東北大学" in cell for row in picture.rows for cell in row.cells) or (
            "Tōhoku 東北大学" in picture.header
        )


@given(NAMES)
def test_no_text_breaks_out_of_the_drawing(name):
    hostile = f'{name}</text><script>alert(1)</script>"\' onload="x'
    for picture in samples(re.sub(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]", "", hostile)):
        tags = {node.tag.rpartition("}")[2] for node in ET.fromstring(picture.svg).iter()}
        assert tags <= {"svg", "rect", "line", "text", "path", "circle"}


@given(st.lists(st.tuples(NAMES, NUMBERS), max_size=8))
def test_bars_are_in_proportion_and_stay_inside(items):
    picture = charts.bars("T", [charts.Bar("x", value) for _name, value in items], header=("a", "b"))
    rects = ET.fromstring(picture.svg).iter("{http://www.w3.org/2000/svg}rect")
    assert all(float(rect.get("x")) + float(rect.get("width")) <= charts.WIDTH for rect in rects)
    assert len(picture.rows) == len(items)


def test_unknown_is_a_dash_and_zero_is_zero():
    picture = charts.bars("T", [charts.Bar("a", 0), charts.Bar("b", None)], header=("a", "b"))
    assert [row.cells[1] for row in picture.rows] == ["0", charts.UNKNOWN]


def test_a_column_says_its_sum_and_its_parts():
    picture = charts.stacked("T", ["2025"], [charts.Series("A", [7]), charts.Series("B", [5])], header="Year")
    assert {"7", "5", "12"} <= set(words(picture))
    assert picture.rows[0].cells == ("2025", "7", "5", "12")


def test_an_unknown_value_interrupts_its_line():
    picture = charts.lines("T", ["a", "b", "c"], [charts.Series("A", [1, None, 3])], header="Year")
    (path,) = [node for node in ET.fromstring(picture.svg).iter() if node.get("fill") == "none"]
    assert path.get("d").count("M") == 2


def test_a_goal_is_reached_on_the_right_side():
    assert charts.Goal("a", 10, 10).is_met and not charts.Goal("a", 9, 10).is_met
    assert charts.Goal("a", 9, 10, at_least=False).is_met and not charts.Goal("a", None, 10).is_met


def test_ribbons_are_as_wide_as_their_numbers():
    picture = charts.flows(
        "T", [charts.Flow("a", "x", 6), charts.Flow("b", "x", 3), charts.Flow("b", "y", 3)], header=("a", "b", "c")
    )
    paths = [node.get("d") for node in ET.fromstring(picture.svg).iter("{http://www.w3.org/2000/svg}path")]
    widths = []
    for path in paths:
        heights = [float(pair.split(",")[1]) for pair in re.findall(r"[-\d.]+,[-\d.]+", path)]
        widths.append(round(heights[4] - heights[3], 1))
    assert widths == [72, 36, 36]


def test_a_strip_places_days_and_shortens_nothing_in_the_table():
    assert charts.day_x(dt.date(2026, 10, 1), dt.date(2026, 10, 1)) == charts.LANE_LABEL
    assert charts.day_x(dt.date(2027, 1, 1), dt.date(2026, 10, 1)) == charts.LANE_LABEL + 3 * charts.MONTH_WIDTH


def test_long_names_are_shortened_to_their_room():
    picture = charts.bars("T", [charts.Bar("量子" * 40, 1)], header=("a", "b"))
    label = words(picture)[0]
    assert label.endswith("…") and text_width(label) < charts.WIDTH / 2
    assert picture.rows[0].cells[0] == "量子" * 40


def test_the_style_sheet_knows_every_tone():
    sheet = Path("portal/static/portal/charts.css").read_text()
    for tone in TONES:
        assert f".tone-{tone} " in sheet and f".stroke-{tone} " in sheet


@pytest.mark.parametrize("number", range(6))
def test_a_picture_goes_into_an_accessible_pdf(number):
    source = b'#set document(title: "x")\n#image(bytes(sys.inputs.picture), alt: "x")'
    pdf = typesetting._compile(source, {"picture": str(samples()[number].svg)}, typesetting._EPOCH)
    assert pdf.startswith(b"%PDF")


@pytest.mark.parametrize("number", range(5))
def test_every_picture_but_the_calendar_has_a_drawing_for_a_phone(number):
    """As wide as a phone, with letters of the same size, every label whole, and nothing outside."""
    picture = samples("A label as long as one of the targets, by 20 January 2030")[number]
    root = ET.fromstring(picture.narrow)
    assert float(root.get("width")) == charts.NARROW and root.get("font-size") == "13"
    for node in root.iter("{http://www.w3.org/2000/svg}text"):
        x, width = float(node.get("x")), text_width(node.text)
        left = {"end": x - width, "middle": x - width / 2}.get(node.get("text-anchor"), x)
        assert left >= -20 and left + width <= charts.NARROW + 20, node.text


def test_a_label_that_a_phone_cuts_is_wrapped():
    goal = charts.Goal("New quantum startups (Japan), by 20 January 2030", 4, 10)
    bar = charts.Bar("同意・安全保障輸出管理の確認中である応募", 3)
    for picture in (charts.progress("T", [goal]), charts.bars("T", [bar], header=("a", "b"))):
        texts = [node.text for node in ET.fromstring(picture.narrow).iter("{http://www.w3.org/2000/svg}text")]
        assert not any("…" in text for text in texts)


def test_words_break_at_spaces_or_between_japanese_letters():
    assert wrapped("one two three", text_width("one two")) == ["one two", "three"]
    assert wrapped("量子技術イノベーション", text_width("量子技術")) == ["量子技術", "イノベ…"]
    assert wrapped("short", 400) == ["short"]
    assert wrapped("", 40) == [""]
