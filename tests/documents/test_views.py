"""The download page and the page that checks letters."""

import re
import uuid

import pytest
from django.urls import reverse

from portal.core.models import AuditEntry
from tests.desk import prove_second_factor
from tests.documents.samples import PDF


def address(stored) -> str:
    return reverse("documents:download", args=[stored.public_id])


def test_a_download_is_an_attachment_that_nothing_runs_sniffs_or_keeps(client, desks, store):
    client.force_login(desks.fay)
    response = client.get(address(store(name="在学証明書.pdf")))
    assert b"".join(response.streaming_content) == PDF
    assert {name: response[name] for name in ("Content-Type", "Content-Length", "Cache-Control")} == {
        "Content-Type": "application/pdf",
        "Content-Length": str(len(PDF)),
        "Cache-Control": "private, no-store",
    }
    assert response["Content-Disposition"] == (
        "attachment; filename*=utf-8''%E5%9C%A8%E5%AD%A6%E8%A8%BC%E6%98%8E%E6%9B%B8.pdf"
    )
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"] == "sandbox; default-src 'none'"


def test_a_foreign_file_and_a_missing_one_answer_alike(client, desks, store):
    client.force_login(desks.sol)
    prove_second_factor(client, desks.sol)
    addresses = [address(store()), reverse("documents:download", args=[uuid.uuid4()])]
    answers = [client.get(url) for url in addresses]
    assert [answer.status_code for answer in answers] == [404, 404]
    # Apart from the address itself and the form tokens, which differ on every page.
    bodies = [
        re.sub(r'"[A-Za-z0-9]{64}"', "", answer.content.decode()).replace(url, "")
        for answer, url in zip(answers, addresses, strict=True)
    ]
    assert bodies[0] == bodies[1]
    assert not AuditEntry.objects.filter(verb="documents.download").exists()


def test_a_file_whose_bytes_are_lost_answers_404(client, desks, store):
    client.force_login(desks.fay)
    stored = store()
    stored.file.storage.delete(stored.file.name)
    assert client.get(address(stored)).status_code == 404


def test_without_sign_in_every_file_asks_for_it(client, store):
    for url in (address(store()), reverse("documents:download", args=[uuid.uuid4()])):
        response = client.get(url)
        assert response.status_code == 302 and "next=" in response["Location"]


def test_files_are_only_read(client, desks, store):
    client.force_login(desks.fay)
    assert client.post(address(store())).status_code == 405


def test_anybody_checks_a_letter_by_its_code(client, issue):
    letter = issue()
    page = client.get(reverse("documents:verify", args=[letter.verification_code]))
    text = page.content.decode()
    assert page.status_code == 200 and page["X-Robots-Tag"] == "noindex"
    stands_there = ["genuine and current", letter.number, "Offer", "27 February 2026", "Gianna Esempio-Łukasz"]
    for words in [*stands_there, "6 April 2026", "3 July 2026"]:
        assert words in text
    for secret in ("780,000", "Sapienza", "Shisaku", "fay@example.org", "nora@example.org", str(letter.file.public_id)):
        assert secret not in text


def test_the_page_shows_both_names_of_a_japanese_letter(client, issue):
    letter = issue("ja")
    text = client.get(reverse("documents:verify", args=[letter.verification_code])).content.decode()
    assert "Takako Yoshino" in text and "𠮷野 髙子" in text and '<dd lang="ja">2026年2月27日</dd>' in text


def test_the_form_leads_to_the_address_of_the_letter(client, issue):
    letter = issue()
    target = reverse("documents:verify", args=[letter.verification_code])
    typed = letter.verification_code.lower().replace("-", "")
    assert client.get(reverse("documents:verify_form"), {"code": typed})["Location"] == target
    assert client.get(reverse("documents:verify", args=[typed]))["Location"] == target


def test_a_superseded_letter_says_so_without_naming_the_newer_one(client, issue):
    first = issue()
    second = issue(supersedes=first)
    text = client.get(reverse("documents:verify", args=[first.verification_code])).content.decode()
    assert "has been replaced" in text and "genuine and current" not in text
    assert second.number not in text and second.verification_code not in text


@pytest.mark.django_db
@pytest.mark.parametrize("code", ["0000-0000-0000", "OFFER-2026-0001", "<script>", "日本語"])
def test_an_unknown_code_is_404_and_says_what_to_do(client, code):
    page = client.get(reverse("documents:verify", args=[code]))
    assert page.status_code == 404
    text = page.content.decode()
    assert "There is no letter with this code" in text and "<script>" not in text.replace("<script src", "")


@pytest.mark.django_db
def test_the_empty_form_is_a_page_and_the_empty_answer_an_error(client):
    page = client.get(reverse("documents:verify_form"))
    assert page.status_code == 200 and "There is no letter" not in page.content.decode()
    assert "error-summary" in client.get(reverse("documents:verify_form"), {"code": ""}).content.decode()
