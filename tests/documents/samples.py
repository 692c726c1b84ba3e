"""Files as people send them, and the context of the two letters of an exchange."""

import io
import zipfile

from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook
from PIL import Image

PDF = b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer\n<< /Root 1 0 R >>\nstartxref\n9\n%%EOF\n"
PROTECTED_PDF = PDF.replace(b"/Root 1 0 R", b"/Root 1 0 R /Encrypt 5 0 R")
HEIC = b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic" + bytes(64)
OLD_WORD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)


def picture(kind: str = "PNG") -> bytes:
    target = io.BytesIO()
    Image.new("RGB", (40, 30), "white").save(target, kind)
    return target.getvalue()


def archive(*names: str) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as package:
        for name in names:
            package.writestr(name, "<x/>")
    return target.getvalue()


def word(*more: str) -> bytes:
    return archive("[Content_Types].xml", "_rels/.rels", "word/document.xml", *more)


def sheet() -> bytes:
    target = io.BytesIO()
    Workbook().save(target)
    return target.getvalue()


def upload(content: bytes = PDF, name: str = "passport.pdf") -> SimpleUploadedFile:
    made = SimpleUploadedFile("x", content)
    # Past Django's own cleaning, so that ours is what is tried.
    made._name = name
    return made


LETTERHEAD = {
    "organisation": "High Energy Accelerator Research Organization (KEK), QUP",
    "organisation_ja": "高エネルギー加速器研究機構　量子場計測システム国際拠点",
    "alliance": "QUP International Fellowships",
    "address_lines": ["1-1 Oho, Tsukuba, Ibaraki 305-0801, Japan"],
}
ENGLISH = {
    "date": "27 February 2026",
    "programme": "QUP Internship Program (QUPIP)",
    "call": "QUPIP 2026, first call",
    "recipient_name": "Gianna Esempio-Łukasz",
    "recipient_name_ja": "",
    "home_organisation": "Sapienza University of Rome",
    "host_organisation": "QUP, KEK",
    "host_person": "Professor Sakura Shisaku",
    "status_title": "visiting fellow",
    "start_on": "6 April 2026",
    "end_on": "3 July 2026",
    "days": "89 days",
    "support": ["Round-trip economy ticket", "780,000 JPY for lodging and daily expenses"],
    "duties": ["A final report within 30 days of the last day"],
    "conditions": ["Export-control clearance before arrival"],
    "answer_by": "13 March 2026 (Fri) 17:00 Tokyo time (UTC+09:00)",
    "topic": "Quantum sensors for axion searches",
    "letterhead": LETTERHEAD,
    "signatory": {"name": "Sakura Shisaku", "title": "Director"},
}
JAPANESE = ENGLISH | {
    "date": "2026年2月27日",
    "programme": "QUPインターンシッププログラム（QUPIP）",
    "call": "QUPIP 2026年度第1回公募",
    "recipient_name": "Takako Yoshino",
    "recipient_name_ja": "𠮷野 髙子",
    "home_organisation": "ローマ・ラ・サピエンツァ大学",
    "host_organisation": "量子場計測システム国際拠点（QUP）",
    "host_person": "試作 さくら 教授",
    "status_title": "招聘研究員",
    "start_on": "2026年4月6日",
    "end_on": "2026年7月3日",
    "days": "89日間",
    "support": ["往復航空券（エコノミークラス）", "日当および宿泊費 780,000円"],
    "duties": ["滞在終了後30日以内に最終報告書を提出すること"],
    "conditions": ["来日前に輸出管理の審査を終えること"],
    "answer_by": "2026年3月13日(金) 17:00 東京時間（UTC+09:00）",
    "topic": "アクシオン探索のための量子センサー",
    "signatory": {"name": "試作 さくら", "title": "拠点長"},
}
CONTEXT = {"en": ENGLISH, "ja": JAPANESE}
