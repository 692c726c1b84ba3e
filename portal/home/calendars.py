"""One deadline as a calendar file (RFC 5545)."""

import datetime as dt

STAMP = "%Y%m%dT%H%M%SZ"


def deadline_calendar(*, uid: str, title: str, instant: dt.datetime, url: str, now: dt.datetime) -> str:
    """One moment in UTC, so that every calendar shows it in the reader's own zone, with alarms before it."""
    start = instant.astimezone(dt.UTC).strftime(STAMP)
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Alliance Portal//deadlines//EN",
        "BEGIN:VEVENT",
        f"UID:{uid}",
        f"DTSTAMP:{now.astimezone(dt.UTC).strftime(STAMP)}",
        f"DTSTART:{start}",
        f"DTEND:{start}",
        f"SUMMARY:{_escaped(title)}",
        f"URL:{url}",
        "TRANSP:TRANSPARENT",
        *_alarm("-P7D", title),
        *_alarm("-P1D", title),
        "END:VEVENT",
        "END:VCALENDAR",
    ]
    return "".join(f"{_folded(line)}\r\n" for line in lines)


def _alarm(before: str, title: str) -> list[str]:
    return ["BEGIN:VALARM", "ACTION:DISPLAY", f"TRIGGER:{before}", f"DESCRIPTION:{_escaped(title)}", "END:VALARM"]


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")


def _folded(line: str) -> str:
    """Lines are at most 75 octets long; a longer one goes on after a line break and a blank."""
    parts, part = [], ""
    for character in line:
        if len(f"{part}{character}".encode()) > (75 if not parts else 74):
            parts.append(part)
            part = ""
        part += character
    return "\r\n ".join([*parts, part])
