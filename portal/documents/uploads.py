"""What an uploaded file must be before it is kept: an honest name, a known type, readable content."""

import io
import re
import unicodedata
import zipfile
from dataclasses import dataclass
from pathlib import PurePosixPath

import filetype
from django.core.exceptions import ValidationError
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext_lazy as _
from PIL import Image, UnidentifiedImageError

MAX_NAME = 120  # characters: fits the file systems of people who save the file, also in Japanese (3 bytes each)
ENCRYPTED_PDF = re.compile(rb"/Encrypt\s*(?:\d+\s+\d+\s+R|<<)")


@dataclass(frozen=True)
class FileType:
    """A type people may upload; `suffixes[0]` is the one that a file without a fitting suffix gets."""

    label: str
    content_type: str
    suffixes: tuple[str, ...]


OFFICE = "application/vnd.openxmlformats-officedocument"
TYPES = {
    "pdf": FileType("PDF", "application/pdf", (".pdf",)),
    "png": FileType("PNG", "image/png", (".png",)),
    "jpg": FileType("JPEG", "image/jpeg", (".jpg", ".jpeg")),
    "docx": FileType("Word (.docx)", f"{OFFICE}.wordprocessingml.document", (".docx",)),
    "xlsx": FileType("Excel (.xlsx)", f"{OFFICE}.spreadsheetml.sheet", (".xlsx",)),
}
DOCUMENTS = ("pdf", "docx")
SCANS = ("pdf", "png", "jpg")
ANY_DOCUMENT = ("pdf", "png", "jpg", "docx")
FORMS = ("pdf", "docx", "xlsx")

ARCHIVES = {"zip", "rar", "7z", "tar", "gz", "bz2", "xz", "lzh"}
PHOTOS = {"heic", "avif"}
# Old Office files, and new ones under a password, share this container.
OLE_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

EMPTY = _("“%(name)s” is empty. Save it again on your computer, then choose it once more.")
TOO_LARGE = _("“%(name)s” has %(size)s, and the limit is %(limit)s. Make it smaller, for example by scanning in grey.")
HEIC = _("“%(name)s” is a HEIC photo, which many offices cannot open. Save it as JPEG or PDF and upload that.")
ARCHIVE = _("“%(name)s” is an archive. Unpack it and upload the files one by one.")
OLD_OFFICE = _(
    "“%(name)s” is an old Office file or has a password. Save it as PDF, or as .docx or .xlsx without a password."
)
WRONG_TYPE = _("“%(name)s” is of a type we cannot take here. Save it as one of these and try again: %(allowed)s.")
PASSWORD = _(
    "“%(name)s” is protected by a password or against printing. Save a copy without protection and upload that."
)
DAMAGED = _(
    "“%(name)s” is damaged or was not saved completely. Open it to check, save it again and upload it once more."
)
MACROS = _("“%(name)s” contains macros, which are not safe to pass on. Save it without macros or as PDF.")


@dataclass(frozen=True)
class CheckedUpload:
    name: str
    content_type: str
    content: bytes


def check_upload(upload, *, allowed: tuple[str, ...], max_bytes: int) -> CheckedUpload:
    """The upload with a safe name and its real type, or ValidationError with one sentence that says what to do."""
    shown = clean_name(upload.name)

    def refuse(message, code, **params):
        raise ValidationError(message, code=code, params={"name": shown, **params})

    if not upload.size:
        refuse(EMPTY, "empty")
    if upload.size > max_bytes:
        refuse(TOO_LARGE, "too_large", size=filesizeformat(upload.size), limit=filesizeformat(max_bytes))
    upload.seek(0)
    content = upload.read()
    guess = filetype.guess(content)
    found = guess.extension if guess else ""
    if found in PHOTOS:
        refuse(HEIC, "heic")
    if content.startswith(OLE_MAGIC):
        refuse(OLD_OFFICE, "old_office")
    if found in ARCHIVES and found not in allowed:
        refuse(ARCHIVE, "archive")
    if found not in allowed:
        refuse(WRONG_TYPE, "wrong_type", allowed=", ".join(TYPES[code].label for code in allowed))
    if problem := _problem_inside(content, found):
        refuse(problem[0], problem[1])
    kind = TYPES[found]
    return CheckedUpload(_with_suffix(shown, kind.suffixes), kind.content_type, content)


def clean_name(raw: str) -> str:
    """The last part of the name as the person wrote it, Japanese kept; no path, no invisible or control character."""
    name = unicodedata.normalize("NFC", raw or "").replace("\\", "/").rsplit("/", 1)[-1]
    # Category C: controls and the marks that reverse the direction of writing, by which fdp.exe reads as exe.pdf.
    name = "".join(character for character in name if unicodedata.category(character)[0] != "C")
    name = re.sub(r"\s+", " ", re.sub(r'[<>:"|?*]', "_", name)).strip(" .")
    stem, suffix = PurePosixPath(name).stem, PurePosixPath(name).suffix[:10]
    return f"{stem[: MAX_NAME - len(suffix)]}{suffix}" or "document"


def _with_suffix(name: str, suffixes: tuple[str, ...]) -> str:
    return name if name.lower().endswith(suffixes) else f"{name}{suffixes[0]}"


def _problem_inside(content: bytes, found: str):
    """(message, code) of what makes the content useless to its readers, or None."""
    if found == "pdf":
        if ENCRYPTED_PDF.search(content):
            return PASSWORD, "password"
        return None if b"%%EOF" in content[-4096:] else (DAMAGED, "damaged")
    if found in {"png", "jpg"}:
        try:
            with Image.open(io.BytesIO(content)) as picture:
                picture.verify()
        except (UnidentifiedImageError, Image.DecompressionBombError, OSError, SyntaxError, ValueError):
            return DAMAGED, "damaged"
        return None
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            names = package.namelist()
    except zipfile.BadZipFile:
        return DAMAGED, "damaged"
    return (MACROS, "macros") if any(name.endswith("vbaProject.bin") for name in names) else None
