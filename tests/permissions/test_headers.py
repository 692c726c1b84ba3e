"""What surrounds every answer: policies, caches, hosts, redirects, NUL bytes, files."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from exchanges.models import Application
from portal.accounts.models import User
from tests.permissions.cast import client_of
from tests.permissions.matrix import TABLE
from tests.permissions.walking import address

STRICT = {
    "default-src": "'self'", "script-src": "'self'", "style-src": "'self'", "object-src": "'none'",
    "frame-ancestors": "'none'", "base-uri": "'self'", "form-action": "'self'",
}  # fmt: skip
ELSEWHERE = (
    "https://evil.example/", "//evil.example/", "///evil.example", "////evil.example/%2f..", "http:evil.example",
    "https:/evil.example", "\\\\evil.example", "/\\evil.example", "\t//evil.example", "https://testserver@evil.example/",
    "https://testserver.evil.example/", "javascript:alert(1)", "data:text/html,x", "https://evil.example\\@testserver/",
    "//evil。example/", "http://[::1", "/\r\nSet-Cookie: a=b", "//%65vil.example", "ftp://testserver/",
)  # fmt: skip
HOSTS = (
    "evil.example", "testserver.evil.example", "testserver@evil.example", "evil.example:80", "", "169.254.169.254",
    "testserver:80@evil.example", "localhost.evil.example", "127.0.0.1.evil.example", "[::1].evil.example",
    "testserver, evil.example", "evil.example#testserver", "testserver/evil",
)  # fmt: skip


def policy(answer) -> dict[str, str]:
    parts = answer["Content-Security-Policy"].split(";")
    return {name: value for name, _space, value in (part.strip().partition(" ") for part in parts)}


def leads_elsewhere(answer) -> bool:
    place = answer.get("Location", "")
    return not (place.startswith("/") and not place.startswith(("//", "/\\")))


# Public events as calendar programs fetch them: no word in it depends on who asks, so that it may be kept on the way.
SAME_FOR_EVERYBODY = {"workshops:alliance_feed"}


@pytest.mark.parametrize("role", ["anonymous", "fellow", "host", "manager"])
def test_every_page_is_strict_and_only_the_desk_is_relaxed(sides, world, role):
    client, (north, _south) = client_of(role, world), sides
    for line in TABLE:
        if line.get is None:
            continue
        answer = client.get(address(line, north.get(line.about)))
        named = policy(answer)
        assert answer["X-Content-Type-Options"] == "nosniff" and answer["Referrer-Policy"] == "same-origin", line
        assert answer["Cross-Origin-Opener-Policy"] == "same-origin", line
        if line.name.startswith("admin:"):
            assert "'unsafe-inline'" not in named["script-src"], line
            assert {name: named[name] for name in STRICT if name not in ("script-src", "style-src")} == {
                name: value for name, value in STRICT.items() if name not in ("script-src", "style-src")
            }
        elif "sandbox" in named:
            assert named["default-src"] == "'none'" and line.name in ("documents:download", "outbox:mail_html")
        else:
            assert {name: named[name] for name in STRICT} == STRICT, line
            assert answer["X-Frame-Options"] == "DENY", line
        if role != "anonymous" and line.name not in SAME_FOR_EVERYBODY:
            assert "no-store" in answer["Cache-Control"] and "private" in answer["Cache-Control"], line


def test_a_file_is_an_attachment_whatever_it_is_called(sides, world):
    client, (north, _south) = client_of("fellow", world), sides
    row = north["paper"]
    for name in ('x".html', "a\u202egnp.pdf", "履歴書.pdf", "a;b=c.pdf", "CNRY.svg"):
        type(row).objects.filter(pk=row.pk).update(name=name)
        answer = client.get(reverse("documents:download", args=[row.public_id]))
        assert answer["Content-Disposition"].startswith("attachment;") and answer["Content-Type"] == "application/pdf"
        assert answer["X-Content-Type-Options"] == "nosniff" and "sandbox" in answer["Content-Security-Policy"]


@pytest.mark.parametrize("host", HOSTS)
def test_another_host_is_refused(host, db):
    client = Client(HTTP_HOST=host)
    for url in (reverse("home:index"), reverse("account_reset_password"), "/admin/"):
        assert client.get(url).status_code == 400


def test_a_forwarded_host_is_not_believed(client, db):
    for header in ("HTTP_X_FORWARDED_HOST", "HTTP_X_HOST", "HTTP_X_FORWARDED_SERVER", "HTTP_X_ORIGINAL_URL"):
        page = client.get(reverse("home:index"), **{header: "evil.example"})
        assert "evil.example" not in page.content.decode()


@pytest.mark.parametrize("place", ELSEWHERE)
def test_nobody_is_led_to_another_site(world, place):
    user = world.north.fellow
    client = Client()
    assert not leads_elsewhere(client.post(reverse("set_language"), {"language": "en", "next": place}))
    assert not leads_elsewhere(client.post(reverse("ui:theme"), {"theme": "dark", "next": place}))
    assert not leads_elsewhere(client.get("/admin/login/", {"next": place}))
    client.force_login(user)
    for name in ("account_login", "account_signup"):
        assert not leads_elsewhere(client.get(reverse(name), {"next": place}))
    out = client.post(reverse("account_logout"), {"next": place})
    assert not leads_elsewhere(out)


def test_signing_in_leads_to_no_other_site(world):
    user = world.north.fellow
    user.set_password("correct horse battery staple")
    user.save()
    user.emailaddress_set.create(email=user.email, verified=True, primary=True)
    for place in ELSEWHERE[:8]:
        client = Client()
        form = {"login": user.email, "password": "correct horse battery staple", "next": place}
        answer = client.post(reverse("account_login"), form)
        assert answer.status_code == 302 and not leads_elsewhere(answer), place
        assert "_auth_user_id" in client.session


def test_nul_bytes_are_refused_wherever_they_stand(sides, world):
    client, (north, _south) = client_of("fellow", world), sides
    profile, url = reverse("accounts:profile"), reverse("home:calls")
    attach = reverse("exchanges:attach", args=[north["draft"].public_id, "cv"])
    file = SimpleUploadedFile("cv.pdf", b"%PDF-1.7 \x00 %%EOF")
    assert client.get("/verify/a%00b/").status_code == 400
    assert client.get(f"{url}?page=%00").status_code == client.get(f"{url}?page=%00&page=1").status_code == 400
    assert client.get(f"{url}?a%00=1").status_code == 400
    urlencoded = "application/x-www-form-urlencoded"
    assert client.post(profile, "given_name=a%00b", content_type=urlencoded).status_code == 400
    assert client.post(profile, {"given_name": "a\x00b"}).status_code == 400  # multipart
    assert client.post(attach, {"upload": file}).status_code == 302  # in a file they are ordinary
    other = Client()
    other.cookies["sessionid"] = "abcdefgh\x00"
    assert other.get(url).status_code == 400


def test_a_language_of_another_portal_is_not_kept(sides, world):
    client = client_of("fellow", world)
    for language in ("de", "zh-hans", "xx", "../en", ""):
        client.post(reverse("set_language"), {"language": language, "next": "/"})
        assert User.objects.get(pk=world.north.fellow.pk).language in ("en", "ja")
    assert client.get(reverse("accounts:consents")).status_code == 200


def test_fields_that_no_form_has_change_nothing(sides, world):
    """State, owner and other people's records, posted along with what may be posted."""
    client, (north, _south) = client_of("fellow", world), sides
    draft = north["draft"]
    extra = {
        "state": "selected", "applicant": world.south.fellow.person.pk, "programme": world.south.programme.pk,
        "call": world.south.call.pk, "rank": 1, "version": 9, "submitted_at": "2020-01-01", "public_id": "x",
        "code": "x", "is_staff": "on", "is_superuser": "on", "email": "root@example.org", "user": world.south.fellow.pk,
    }  # fmt: skip
    before = Application.objects.values().get(pk=draft.pk)
    for key in ("plan", "studies", "stay", "home"):
        client.post(reverse("exchanges:section", args=[draft.public_id, key]), {"topic": before["topic"], **extra})
    after = Application.objects.values().get(pk=draft.pk)
    protected = ("state", "applicant_id", "programme_id", "call_id", "version", "submitted_at", "public_id", "code")
    assert {name: after[name] for name in protected} == {name: before[name] for name in protected}
    client.post(
        reverse("accounts:profile"),
        {"given_name": "Robin", "family_name": "X", "name_order": "given_first", "language": "en", "timezone": "UTC"}
        | extra,
    )
    person = world.north.fellow.person
    person.refresh_from_db()
    assert person.user == world.north.fellow and person.email == world.north.fellow.email != "root@example.org"
    assert not User.objects.filter(is_superuser=True).exists()


def test_a_host_of_the_other_alliance_is_no_choice(sides, world):
    client, (north, _south) = client_of("fellow", world), sides
    draft = north["draft"]
    url = reverse("exchanges:section", args=[draft.public_id, "stay"])
    client.post(url, {"host_person": world.south.stranger.person.pk})
    draft.refresh_from_db()
    assert draft.host_person_id != world.south.stranger.person.pk
