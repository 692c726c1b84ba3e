"""The calendar file: escaped, folded, one instant."""

import datetime as dt

from portal.home.calendars import deadline_calendar

INSTANT = dt.datetime(2027, 1, 31, 8, tzinfo=dt.UTC)


def calendar(title: str) -> list[str]:
    text = deadline_calendar(uid="1@portal", title=title, instant=INSTANT, url="https://example.org/", now=INSTANT)
    return text.split("\r\n")


def test_commas_and_semicolons_are_escaped():
    assert r"SUMMARY:Sendai\, Chicago\; both" in calendar("Sendai, Chicago; both")


def test_long_japanese_lines_are_folded_at_whole_characters():
    lines = calendar("量子アライアンス学生交流" * 8)
    assert all(len(line.encode()) <= 75 for line in lines)
    unfolded = "\r\n".join(lines).replace("\r\n ", "")
    assert "SUMMARY:" + "量子アライアンス学生交流" * 8 in unfolded
