"""Files and letters in the admin: read there by those who reach the record, changed by nobody."""

import pytest
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.contrib import admin
from django.contrib.auth.models import AnonymousUser
from django.test import RequestFactory
from django.urls import reverse

from portal.accounts.models import Seat
from portal.documents.models import Letter, StoredFile


def page_of(model, user):
    request = RequestFactory().get("/admin/")
    request.user = user
    return admin.site.get_model_admin(model), request


@pytest.mark.parametrize("model", [StoredFile, Letter])
def test_a_desk_lists_what_it_reaches_and_changes_nothing(desks, issue, model):
    issue()
    page, request = page_of(model, desks.nora)
    row = page.get_queryset(request).get()
    assert page.has_view_permission(request, row)
    allowed = [page.has_change_permission(request, row), page.has_delete_permission(request, row)]
    assert not any([*allowed, page.has_add_permission(request)])
    for stranger in (desks.sol, AnonymousUser()):
        page, request = page_of(model, stranger)
        assert not page.get_queryset(request).exists()


def test_a_restricted_file_has_no_page_for_those_who_may_not_read_it(desks, store, monkeypatch):
    stored = store()
    monkeypatch.setattr(Seat, "may_read_file", lambda record, user, stored: user != desks.nora, raising=False)
    readers = {user: page_of(StoredFile, user) for user in (desks.nora, desks.noel)}
    assert [page.has_view_permission(request, stored) for page, request in readers.values()] == [False, True]


def test_the_pages_show_the_download_and_the_check_but_no_address_of_the_storage(client, desks, issue):
    first = issue()
    second = issue(supersedes=first)
    client.force_login(desks.nora)
    TOTP.activate(desks.nora, generate_totp_secret())
    session = client.session
    session.update(
        {
            "account_authentication_methods": [{"method": "mfa"}],
            "account_authentication_methods_user": str(desks.nora.pk),
        }
    )
    session.save()
    assert first.number in client.get(reverse("admin:documents_letter_changelist")).content.decode()
    assert "offer" in client.get(reverse("admin:documents_storedfile_changelist")).content.decode()
    for letter, other in ((first, second), (second, first)):
        text = client.get(reverse("admin:documents_letter_change", args=[letter.pk])).content.decode()
        assert f"/files/{letter.file.public_id}/" in text and f"/verify/{letter.verification_code}/" in text
        assert other.number in text and letter.file.file.name not in text
        text = client.get(reverse("admin:documents_storedfile_change", args=[letter.file_id])).content.decode()
        assert f"/files/{letter.file.public_id}/" in text and letter.file.file.name not in text
