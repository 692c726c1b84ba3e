"""From a template and a frozen context to the bytes of an archival, accessible PDF."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from importlib.util import find_spec
from itertools import groupby
from pathlib import Path
from threading import Lock

import qrcode
import typst
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

FONT_PACKAGES = ("pylopdf_fonts_jp", "noto_cjk_sans_jp_regular")
# PDF/A-2a contains PDF/A-2b. Both standards forbid a box in place of a letter: typst, which otherwise prints such boxes
# silently, then refuses the document.
STANDARDS = ["a-2a", "ua-1"]

UNPRINTABLE = _(
    "The letter cannot show these characters: %(characters)s. "
    "Write the text in Latin, Greek, Cyrillic, Japanese, Chinese or Korean script."
)
_PROBE = b"""
#set document(title: "probe")
#set text(font: ("Libertinus Serif", "Noto Serif JP", "Noto Sans CJK JP"))
#sys.inputs.text
"""
_EPOCH = datetime.fromtimestamp(0, tz=UTC)
_one_at_a_time = Lock()


@cache
def _compiler() -> typst.Compiler:
    """One per process: reading the fonts costs more than a letter. No fonts of the machine: the same PDF everywhere."""
    folders = [str(Path(find_spec(package).origin).parent) for package in FONT_PACKAGES]
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=True, font_paths=folders)
    return typst.Compiler(root=str(settings.BASE_DIR), font_paths=fonts)


def render(template: Path, context: dict, *, issued_at: datetime) -> bytes:
    """The PDF of a letter: the same bytes for the same template, context and instant.

    Raises ValidationError that names the characters which no font of the house has.
    """
    return typeset(template, context, codes={"qr": context["verify_url"]}, at=issued_at)


def typeset(
    template: Path, data: dict, *, at: datetime, codes: Mapping[str, str] = {}, drawings: Mapping[str, str] = {}
) -> bytes:
    """The PDF of a document that is no letter (badges, reports): no number, no verification.

    `codes` are addresses by the names under which the template finds their QR codes, `drawings` SVG texts by theirs.
    Raises what `render` raises.
    """
    inputs = {"data": json.dumps(data, ensure_ascii=False), **drawings}
    inputs |= {name: _qr_code(url) for name, url in codes.items()}
    try:
        return _compile(str(template), inputs, at)
    except typst.TypstError:
        if missing := unprintable(inputs["data"]):
            raise ValidationError(UNPRINTABLE, code="unprintable", params={"characters": " ".join(missing)}) from None
        raise


def unprintable(text: str) -> list[str]:
    """The characters of a text that a letter cannot show, in their order; typst itself is asked, one by one."""
    return [character for character in dict.fromkeys(text) if not _is_printable(character)]


@cache
def _is_printable(character: str) -> bool:
    if character.isascii():
        return True
    try:
        _compile(_PROBE, {"text": character}, _EPOCH)
    except typst.TypstError:
        return False
    return True


def _compile(source: str | bytes, inputs: dict[str, str], at: datetime) -> bytes:
    with _one_at_a_time:
        return _compiler().compile(  # type: ignore[return-value, type-var]  # one PDF, not pages
            input=source, sys_inputs=inputs, format="pdf", pdf_standards=STANDARDS, timestamp=int(at.timestamp())
        )


def _qr_code(address: str) -> str:
    """The code as SVG: one stroke for each run of dark modules in a row."""
    code = qrcode.QRCode(border=0, error_correction=qrcode.constants.ERROR_CORRECT_M)
    code.add_data(address)
    matrix = code.get_matrix()
    strokes = []
    for y, row in enumerate(matrix):
        x = 0
        for is_dark, run in groupby(row):
            width = len(list(run))
            if is_dark:
                strokes.append(f"M{x},{y}h{width}v1h-{width}z")
            x += width
    size = len(matrix)
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}"><path d="{"".join(strokes)}"/></svg>'
