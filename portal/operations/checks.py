"""Start-up checks that name what is missing or dangerous in the settings of this machine."""

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import LazySettings, settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register
from django.core.exceptions import ImproperlyConfigured

LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1", "[::1]", "testserver", ""})
SHORTEST_SECRET = 50  # characters, as Django's own security.W009


def secret_key(conf: LazySettings) -> str:
    """The secret key, empty where it is missing (Django raises as soon as an empty one is read)."""
    try:
        return conf.SECRET_KEY
    except ImproperlyConfigured:
        return ""


def uses_sqlite(conf: LazySettings) -> bool:
    return conf.DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3"


@dataclass(frozen=True)
class Finding:
    """One thing that can be wrong in production: how to see it, what to say, what to do."""

    kind: type[Error] | type[Warning]
    id: str
    is_wrong: Callable[[LazySettings], bool]
    says: str
    hint: str


IN_PRODUCTION = (
    Finding(
        Error,
        "operations.E001",
        lambda conf: len(secret_key(conf)) < SHORTEST_SECRET,
        "SECRET_KEY is missing or too short: sessions and links could be forged.",
        "Set SECRET_KEY to at least 50 random characters, for example from "
        "`python3 -c 'import secrets; print(secrets.token_urlsafe(50))'`, and keep it out of the repository.",
    ),
    Finding(
        Error,
        "operations.E002",
        lambda conf: not conf.ALLOWED_HOSTS or "*" in conf.ALLOWED_HOSTS,
        "ALLOWED_HOSTS is missing or allows everything: every page would be refused, or links in mails forged.",
        "Set ALLOWED_HOSTS to the names of this portal, separated by commas.",
    ),
    Finding(
        Error,
        "operations.E003",
        lambda conf: not conf.EMAIL_URL,
        "EMAIL_URL is missing: no mail would leave, and nobody would read the mails that are kept.",
        "Set EMAIL_URL, for example smtp+tls://user:password@mail.example.org:587.",
    ),
    Finding(
        Warning,
        "operations.W001",
        lambda conf: not conf.BASE_URL.startswith("https://"),
        "BASE_URL is not https: links in mails lead to an unprotected address, and passkeys do not work.",
        "Set BASE_URL to the public address, for example https://portal.example.org.",
    ),
    Finding(
        Warning,
        "operations.W002",
        uses_sqlite,
        "DATABASE_URL is missing: SQLite carries one machine with few writers, not several processes and nodes.",
        "Set DATABASE_URL, for example postgres://portal:password@db.example.org/portal.",
    ),
    Finding(
        Warning,
        "operations.W003",
        lambda conf: not conf.REDIS_URL,
        "REDIS_URL is missing: tasks go through a folder of this machine, and rate limits count per process.",
        "Set REDIS_URL, for example redis://:password@redis.example.org:6379/0.",
    ),
    Finding(
        Warning,
        "operations.W004",
        lambda conf: conf.SECURE_SSL_REDIRECT and not conf.SECURE_PROXY_SSL_HEADER,
        "TRUSTED_PROXY_COUNT is 0 while plain HTTP is redirected: behind a proxy every page redirects for ever.",
        "Set TRUSTED_PROXY_COUNT to the number of proxies before the portal (1 for docker/compose.yaml).",
    ),
    Finding(
        Warning,
        "operations.W005",
        lambda conf: conf.DEFAULT_FROM_EMAIL.rstrip(">").endswith("@localhost"),
        "DEFAULT_FROM_EMAIL is missing: mails from portal@localhost are refused or lost as spam.",
        "Set DEFAULT_FROM_EMAIL to an address of your domain.",
    ),
)


def production_findings(conf: LazySettings) -> list[CheckMessage]:
    """What is missing or dangerous in these settings; nothing outside production."""
    if not conf.PRODUCTION:
        return []
    wrong = [finding for finding in IN_PRODUCTION if finding.is_wrong(conf)]
    return [finding.kind(finding.says, finding.hint, id=finding.id) for finding in wrong]


def local_mode_dangers(conf: LazySettings) -> list[str]:
    """Why DEBUG or the demo must not start here: both trust everybody who can reach them."""
    mode = "PORTAL_DEMO" if conf.PORTAL_DEMO else "DEBUG" if conf.DEBUG else None
    if mode is None:
        return []
    public = {
        "ALLOWED_HOSTS": any(host not in LOOPBACK for host in conf.ALLOWED_HOSTS),
        "BASE_URL": (urlsplit(conf.BASE_URL).hostname or "") not in LOOPBACK,
        "DATABASE_URL": not uses_sqlite(conf) and conf.DATABASES["default"]["HOST"] not in LOOPBACK,
    }
    if conf.PORTAL_DEMO:
        public["EMAIL_URL"] = bool(conf.EMAIL_URL)
    dangerous = [name for name, is_public in public.items() if is_public]
    if not dangerous:
        return []
    return [
        f"{mode} is on together with production settings ({', '.join(dangerous)}): "
        f"it trusts everybody and is for this machine alone. Remove {mode} or these settings."
    ]


@register(Tags.security)
def settings_of_this_machine(app_configs, **kwargs) -> list[CheckMessage]:
    return production_findings(settings)
