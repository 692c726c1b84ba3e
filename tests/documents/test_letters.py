"""Letters: numbers without gaps, text in both languages, never changed, only superseded."""

import datetime as dt
import hashlib
import io
import re

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader

from portal.core.dates import long_date
from portal.core.models import AuditEntry
from portal.core.models.audit import AppendOnlyError
from portal.documents.letters import letter_kind, register_letter
from portal.documents.letters.typesetting import render, unprintable
from portal.documents.models import Letter, LetterCounter, StoredFile
from portal.documents.services import discard_file, letter_with_code
from tests.documents.samples import CONTEXT, LETTERHEAD

NOON = dt.datetime(2026, 2, 27, 12, tzinfo=dt.UTC)


def text_of(letter) -> str:
    """The words of the PDF without any white space: where lines break is not what is tested."""
    with letter.file.file.open("rb") as content:
        return "".join("".join(page.extract_text() for page in PdfReader(content).pages).split())


def squeezed(text: str) -> str:
    return "".join(text.split())


# -- numbers -----------------------------------------------------------------------------------------------------------
def test_numbers_count_per_kind_and_year(issue):
    numbers = [
        issue(now=NOON).number,
        issue("ja", now=NOON).number,
        issue(kind="certificate", now=NOON).number,
        issue("ja", kind="certificate", now=NOON.replace(year=2027)).number,
    ]
    assert numbers == ["OFFER-2026-0001", "OFFER-2026-0002", "CERTIFICATE-2026-0001", "CERTIFICATE-2027-0001"]


def test_a_letter_that_fails_uses_no_number(desks, issue):
    with pytest.raises(ValidationError):
        issue(context={"recipient_name": "สมชาย"}, now=NOON)
    assert not StoredFile.objects.exists() and not AuditEntry.objects.exists()
    assert issue(now=NOON).number == "OFFER-2026-0001"


# -- what is kept ------------------------------------------------------------------------------------------------------
def test_a_letter_keeps_its_text_its_file_and_its_fingerprint(desks, issue):
    letter = issue(now=NOON)
    content = letter.file.file.open("rb").read()
    assert content.startswith(b"%PDF-1.7")
    assert letter.file.sha256 == hashlib.sha256(content).hexdigest()
    assert (letter.file.name, letter.file.owner, letter.about) == ("OFFER-2026-0001.pdf", desks.fay, desks.record)
    assert letter.context == CONTEXT["en"] | {
        "language": "en",
        "zone": "Asia/Tokyo",
        "number": "OFFER-2026-0001",
        "verify_code": letter.verification_code,
        "verify_url": f"http://localhost:8000/verify/{letter.verification_code}/",
    }
    entry = AuditEntry.objects.get(verb="documents.issue")
    assert (entry.target_id, entry.detail["letter"], entry.detail["sha256"]) == (
        str(desks.record.pk),
        "OFFER-2026-0001",
        letter.file.sha256,
    )


def test_the_portal_fills_in_date_and_name_where_the_caller_does_not(desks, issue, letter_kinds):
    from portal.documents.services import issue_letter

    context = {key: value for key, value in CONTEXT["ja"].items() if key not in {"date", "recipient_name"}}
    letter = issue_letter(
        kind="offer",
        about=desks.record,
        context=context,
        language="ja",
        actor=desks.nora,
        recipient_name="Fay",
        zone="Asia/Tokyo",
        now=NOON,
    )
    assert (letter.context["date"], letter.context["recipient_name"]) == ("2026年2月27日", "Fay")


@pytest.mark.parametrize(
    ("zone", "day"), [("Asia/Tokyo", dt.date(2027, 1, 1)), ("America/Chicago", dt.date(2026, 12, 31))]
)
def test_a_letter_is_dated_by_the_clock_of_its_office_whoever_asks_for_it(issue, client, zone, day):
    late = dt.datetime(2026, 12, 31, 18, tzinfo=dt.UTC)
    with timezone.override("UTC"):
        first = issue(zone=zone, now=late)
        second = issue(supersedes=first, zone=zone, now=late)
    assert second.issued_on == day and second.number == f"OFFER-{day.year}-0002"
    assert long_date(day) in client.get(reverse("documents:verify", args=[first.verification_code])).content.decode()


def test_the_same_text_at_the_same_instant_gives_the_same_bytes(letter_kinds):
    context = CONTEXT["ja"] | {
        "language": "ja",
        "number": "OFFER-2026-0001",
        "verify_code": "7K3M-Q9TX-2BHN",
        "verify_url": "https://portal.example.org/verify/7K3M-Q9TX-2BHN/",
    }
    first, second = (render(letter_kind("offer").template, context, issued_at=NOON) for _round in range(2))
    assert first == second


# -- what the reader reads ---------------------------------------------------------------------------------------------
OFFER_WORDS = {
    "en": [
        "High Energy Accelerator Research Organization (KEK), QUP",
        "Ref. OFFER-2026-0001",
        "27 February 2026",
        "Dear Gianna Esempio-Łukasz,",
        "a place as visiting fellow under the QUP Internship Program (QUPIP)",
        "6 April 2026 to 3 July 2026 (89 days)",
        "780,000 JPY for lodging and daily expenses",
        "A final report within 30 days of the last day",
        "Export-control clearance before arrival",
        "Please accept or decline in the portal by 13 March 2026 (Fri) 17:00 Tokyo time (UTC+09:00)",
        "Yours sincerely, Sakura Shisaku Director",
    ],
    "ja": [
        "高エネルギー加速器研究機構",
        "第 OFFER-2026-0001 号",
        "2026年2月27日",
        "𠮷野 髙子 様",
        "採択通知書",
        "QUPインターンシッププログラム（QUPIP）の招聘研究員として",
        "2026年4月6日から2026年7月3日まで（89日間）",
        "日当および宿泊費 780,000円",
        "来日前に輸出管理の審査を終えること",
        "2026年3月13日(金) 17:00 東京時間（UTC+09:00）までに",
        "敬具",
        "以上",
    ],
}
CERTIFICATE_WORDS = {
    "en": [
        "Certificate of completion",
        "This is to certify that Gianna Esempio-Łukasz of Sapienza University of Rome",
        "completed a stay at QUP, KEK under the QUP Internship Program (QUPIP)",
        "6 April 2026 to 3 July 2026 (89 days)",
        "Quantum sensors for axion searches",
        "Date of issue",
    ],
    "ja": [
        "修了証明書",
        "𠮷野 髙子 様",
        "量子場計測システム国際拠点（QUP）に滞在し、所定の研究活動を修了されました",
        "2026年4月6日から2026年7月3日まで（89日間）",
        "アクシオン探索のための量子センサー",
        "拠点長",
    ],
}


@pytest.mark.parametrize("language", ["en", "ja"])
@pytest.mark.parametrize(("kind", "words"), [("offer", OFFER_WORDS), ("certificate", CERTIFICATE_WORDS)])
def test_the_pdf_says_everything_in_its_language(issue, kind, words, language):
    letter = issue(language, kind=kind, now=NOON)
    text = text_of(letter)
    assert [phrase for phrase in words[language] if squeezed(phrase) not in text] == []
    assert letter.verification_code in text and letter.number in text


@pytest.mark.parametrize(("language", "tag"), [("en", "en-GB"), ("ja", "ja-JP")])
def test_the_pdf_fits_on_a_page_and_names_its_language_and_standard(issue, language, tag):
    letter = issue(language, now=NOON)
    content = letter.file.file.open("rb").read()
    reader = PdfReader(io.BytesIO(content))
    root = reader.trailer["/Root"]
    assert (len(reader.pages), root["/Lang"], root["/MarkInfo"]["/Marked"]) == (1, tag, True)
    assert letter.number in reader.metadata.title
    assert b"<pdfaid:part>2</pdfaid:part><pdfaid:conformance>A</pdfaid:conformance>" in content
    fonts = {font.get_object()["/BaseFont"] for font in reader.pages[0]["/Resources"]["/Font"].values()}
    assert any("Libertinus" in font for font in fonts) and any("Noto" in font for font in fonts)


def test_a_native_name_is_optional_and_its_line_is_then_the_latin_one(issue):
    letter = issue("ja", context={"recipient_name_ja": ""})
    assert squeezed("Takako Yoshino 様") in text_of(letter)


def test_lists_that_are_empty_leave_no_heading(issue):
    text = text_of(issue(context={"support": [], "duties": []}))
    assert "Whatyouwillreceive" not in text and "Conditionsofthisoffer" in text


@pytest.mark.parametrize(
    ("accent", "red_green_blue"),
    [
        ("", "0.15 0.29 0.56"),
        ("pine", "0.09 0.38 0.29"),
        ("#102030", "0.06 0.13 0.19"),
        ("pinkish", "0.15 0.29 0.56"),
    ],
)
def test_the_colour_of_the_alliance_is_on_the_letterhead_and_a_wrong_one_does_no_harm(issue, accent, red_green_blue):
    letter = issue(context={"letterhead": LETTERHEAD | {"accent": accent}})
    page = PdfReader(letter.file.file.open("rb")).pages[0]
    operators = page.get_contents().get_data().decode("latin-1")
    colours = {
        " ".join(f"{float(n):.2f}" for n in found)
        for found in re.findall(r"([\d.]+) ([\d.]+) ([\d.]+) scn?\b", operators)
    }
    assert red_green_blue in colours


def test_text_of_people_is_never_read_as_markup(issue):
    name = '#read("/etc/passwd") *bold* $x$ \\ <script>'
    assert squeezed(name) in text_of(issue(context={"recipient_name": name}))


@pytest.mark.parametrize(
    "name", ["𠮷野 髙子 﨑", "Nguyễn Thị Ánh", "Łukasz Ğüneş Őry Țepeș", "김민수", "陈伟", "Παπαδόπουλος", "Шевченко"]
)
def test_names_of_many_countries_are_printed(issue, name):
    assert squeezed(name) in text_of(issue(context={"recipient_name": name}))


def test_characters_without_a_glyph_are_refused_by_name_instead_of_printed_as_boxes(issue):
    with pytest.raises(ValidationError) as caught:
        issue(context={"recipient_name": "สมชาย", "topic": "Fun 😀"})
    assert caught.value.code == "unprintable"
    assert "ส ม ช า ย 😀" in caught.value.messages[0]


def test_private_use_characters_are_refused_too():
    assert unprintable("髙木\ue000 😀A") == ["\ue000", "😀"]


def test_a_key_missing_from_the_context_is_an_error_of_the_program(issue, desks):
    context = {key: value for key, value in CONTEXT["en"].items() if key != "answer_by"}
    from portal.documents.services import issue_letter

    with pytest.raises(RuntimeError, match="answer_by"):
        issue_letter(
            kind="offer", about=desks.record, context=context, language="en", actor=desks.nora, recipient_name="Fay",
            zone="Asia/Tokyo",
        )  # fmt: skip


def test_unknown_kinds_languages_and_templates_are_errors_of_the_program(issue):
    with pytest.raises(LookupError, match="no letter 'invoice'"):
        issue(kind="invoice")
    register_letter("english_only", "exchanges/letters/offer.typ", ("en",))
    with pytest.raises(LookupError, match="no text in 'ja'"):
        issue("ja", kind="english_only")
    with pytest.raises(FileNotFoundError):
        register_letter("nothing", "exchanges/letters/nothing.typ")


# -- never changed, only superseded ------------------------------------------------------------------------------------
def test_an_issued_letter_is_neither_changed_nor_deleted(issue):
    letter = issue()
    for attempt in (
        letter.save,
        letter.delete,
        lambda: Letter.objects.update(recipient_name="x"),
        lambda: Letter.objects.all().delete(),
    ):
        with pytest.raises(AppendOnlyError):
            attempt()


def test_the_file_of_a_letter_cannot_be_taken_back(desks, issue):
    letter = issue()
    with pytest.raises(PermissionDenied):
        discard_file(stored_file=letter.file, actor=desks.fay)


def test_the_same_letter_is_issued_once(issue):
    first = issue(now=NOON)
    with pytest.raises(ValidationError) as caught:
        issue(now=NOON)
    assert caught.value.code == "already_issued" and first.number in caught.value.messages[0]
    assert Letter.objects.get() == first and LetterCounter.objects.get().last == 1


def test_the_database_itself_refuses_a_second_first_letter(desks, issue):
    letter, file = issue(), StoredFile.objects.get()
    file.pk, file.public_id = None, None
    twin = {f.attname: getattr(letter, f.attname) for f in Letter._meta.concrete_fields}
    twin |= {"id": None, "public_id": desks.record.public_id, "number": "OFFER-1", "verification_code": "X"}
    with pytest.raises(IntegrityError), transaction.atomic():
        Letter.objects.create(**twin | {"file_id": letter.file_id + 1})


def test_a_letter_is_superseded_and_stays_as_it_was(desks, issue):
    first = issue(now=NOON)
    before = first.file.file.open("rb").read()
    second = issue(context={"end_on": "10 July 2026"}, supersedes=first, now=NOON)
    first = Letter.objects.get(pk=first.pk)
    assert first.is_superseded and first.superseded_by == second and not second.is_superseded
    assert first.file.file.open("rb").read() == before
    assert "3July2026" in text_of(first) and "10July2026" in text_of(second)
    assert list(Letter.objects.about(desks.record).current()) == [second]


def test_a_letter_is_superseded_once(issue):
    first = issue(now=NOON)
    issue(supersedes=first, now=NOON)
    with pytest.raises(ValidationError) as caught:
        issue(supersedes=first, now=NOON)
    assert caught.value.messages == ["OFFER-2026-0001 has been replaced already by OFFER-2026-0002. Replace that one."]


def test_a_letter_supersedes_only_its_own_kind_about_its_own_record(desks, issue):
    first = issue()
    with pytest.raises(ValueError, match="another kind"):
        issue(kind="certificate", supersedes=first)
    with pytest.raises(ValueError, match="another record"):
        issue(about=desks.north, supersedes=first)


# -- who sees it and who checks it -------------------------------------------------------------------------------------
def test_letters_open_to_their_recipient_and_to_whoever_reaches_the_record(desks, issue):
    letter = issue()
    assert [list(Letter.objects.visible_to(user)) for user in (desks.fay, desks.noel, desks.root)] == [[letter]] * 3
    assert not Letter.objects.visible_to(desks.sol).exists()


@time_machine.travel(NOON)
def test_a_code_is_found_however_it_is_typed(issue):
    letter = issue()
    code = letter.verification_code
    misread = code.replace("0", "O").replace("1", "l")
    full_width = "".join(chr(ord(character) + 0xFEE0) for character in code.replace("-", ""))
    for typed in (code, code.lower(), code.replace("-", ""), f" {code.replace('-', ' ')} ", misread, full_width):
        assert letter_with_code(typed) == letter


@pytest.mark.parametrize("typed", ["", "x", "OFFER-2026-0001", "0000-0000-0000", "日本", "%" * 12, "0" * 5000])
def test_other_codes_find_nothing(issue, typed):
    issue()
    assert letter_with_code(typed) is None
