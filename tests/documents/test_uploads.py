"""What an upload must be, and how the portal says so when it is not."""

import pytest
from django.core.exceptions import ValidationError

from portal.documents.uploads import ANY_DOCUMENT, FORMS, SCANS, TYPES, check_upload, clean_name
from tests.documents.samples import HEIC, OLD_WORD, PDF, PROTECTED_PDF, archive, picture, sheet, upload, word

MEGABYTE = 1024 * 1024


def refusal(content, name="paper.pdf", allowed=ANY_DOCUMENT, max_bytes=MEGABYTE):
    with pytest.raises(ValidationError) as caught:
        check_upload(upload(content, name), allowed=allowed, max_bytes=max_bytes)
    return caught.value


@pytest.mark.parametrize(
    ("content", "name", "code"),
    [
        (PDF, "paper.pdf", "pdf"),
        (picture("PNG"), "scan.PNG", "png"),
        (picture("JPEG"), "photo.jpeg", "jpg"),
        (word(), "cv.docx", "docx"),
        (sheet(), "form.xlsx", "xlsx"),
    ],
)
def test_a_file_of_each_type_is_taken_as_what_it_is(content, name, code):
    checked = check_upload(upload(content, name), allowed=tuple(TYPES), max_bytes=MEGABYTE)
    assert (checked.name, checked.content_type, checked.content) == (name, TYPES[code].content_type, content)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty"),
        (PDF + bytes(MEGABYTE), "too_large"),
        (HEIC, "heic"),
        (archive("a.txt"), "archive"),
        (OLD_WORD, "old_office"),
        (b"<html><script>alert(1)</script>", "wrong_type"),
        (b"MZ" + bytes(200), "wrong_type"),
        (PROTECTED_PDF, "password"),
        (PDF.replace(b"%%EOF", b""), "damaged"),
        (picture()[:60], "damaged"),
        (word("word/vbaProject.bin"), "macros"),
    ],
)
def test_what_cannot_be_used_is_refused_by_its_reason(content, code):
    assert refusal(content).code == code


@pytest.mark.parametrize("content", [b"", PDF + bytes(MEGABYTE), HEIC, archive("a.txt"), OLD_WORD, PROTECTED_PDF])
def test_a_refusal_names_the_file_and_says_what_to_do(content):
    message = refusal(content, "学生証.pdf").messages[0]
    assert message.startswith("“学生証.pdf”")
    assert message.count(". ") >= 1 or " and upload " in message


def test_a_refusal_of_the_type_lists_what_is_taken():
    assert refusal(sheet(), "form.xlsx", allowed=SCANS).messages == [
        "“form.xlsx” is of a type we cannot take here. Save it as one of these and try again: PDF, PNG, JPEG."
    ]
    assert check_upload(upload(sheet(), "form.xlsx"), allowed=FORMS, max_bytes=MEGABYTE)


def test_the_limit_itself_is_still_taken():
    assert check_upload(upload(PDF), allowed=SCANS, max_bytes=len(PDF))
    assert refusal(PDF, max_bytes=len(PDF) - 1).code == "too_large"


def test_the_word_encrypt_in_a_text_is_no_password():
    assert check_upload(upload(PDF.replace(b"/Type", b"(/Encrypt it) /Type")), allowed=SCANS, max_bytes=MEGABYTE)


def test_the_content_decides_not_the_suffix():
    checked = check_upload(upload(picture("JPEG"), "photo.png"), allowed=SCANS, max_bytes=MEGABYTE)
    assert (checked.name, checked.content_type) == ("photo.png.jpg", "image/jpeg")


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        ("../../etc/passwd", "passwd"),
        ("..\\..\\windows\\system.ini", "system.ini"),
        ("C:\\Users\\Hanako\\在学証明書.pdf", "在学証明書.pdf"),
        ("/", "document"),
        ("..", "document"),
        ("", "document"),
        (" .htaccess", "htaccess"),
        ("成績　証明書 (1).pdf", "成績 証明書 (1).pdf"),
        ("exe.\u202efdp", "exe.fdp"),
        ("a\x00b\r\nc.pdf", "abc.pdf"),
        ('a"b<c>:d|e?f*.pdf', "a_b_c__d_e_f_.pdf"),
        ("か\u3099.pdf", "が.pdf"),
    ],
)
def test_names_keep_what_is_human_and_lose_what_is_not(raw, clean):
    assert clean_name(raw) == clean


def test_a_very_long_name_keeps_its_suffix():
    assert clean_name("長" * 400 + ".pdf") == "長" * 116 + ".pdf"
