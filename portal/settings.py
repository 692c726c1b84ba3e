"""One settings file, driven by the environment, safe by default (production unless DEBUG or PORTAL_DEMO says so)."""

from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import environ
from csp.constants import NONE, SELF
from django.templatetags.static import static
from django.utils.translation import gettext_lazy as _

BASE_DIR = Path(__file__).resolve().parent.parent

env = environ.Env()
env.read_env(env.str("ENV_FILE", default=str(BASE_DIR / ".env")))

# -- how the portal runs
DEBUG = env.bool("DEBUG", default=False)
# Demo: sign-in without password for anybody who reaches the loopback address. Start-up checks refuse it in production.
PORTAL_DEMO = env.bool("PORTAL_DEMO", default=False)
TESTING = env.bool("PORTAL_TESTING", default=False)
PRODUCTION = not (DEBUG or PORTAL_DEMO or TESTING)

VAR_DIR = Path(env.str("VAR_DIR", default=str(BASE_DIR / "var")))
VAR_DIR.mkdir(parents=True, exist_ok=True)

SECRET_KEY = env.str(
    "SECRET_KEY", default="" if PRODUCTION else "local-only-key-never-used-in-production-0123456789abcdef"
)
ALLOWED_HOSTS = env.list(
    "ALLOWED_HOSTS", default=[] if PRODUCTION else ["localhost", "127.0.0.1", "[::1]", "testserver"]
)
BASE_URL = env.str("BASE_URL", default="http://localhost:8000").rstrip("/")
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[BASE_URL] if BASE_URL.startswith("https://") else [])

# -- what is in the house (lower rungs first; see ARCHITECTURE.md)
INSTALLED_APPS = [
    "unfold.apps.BasicAppConfig",
    "unfold.contrib.filters",
    "unfold.contrib.forms",
    "portal.core.admin_config.DeskConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.orcid",
    "allauth.socialaccount.providers.saml",
    "allauth.usersessions",
    "csp",
    "django_htmx",
    "portal.core",
    "portal.ui",
    "portal.outbox",
    "portal.reminders",
    "portal.documents",
    "portal.transfers",
    "portal.figures",
    "portal.accounts",
    "portal.alliances",
    "portal.programmes",
    "portal.screening",
    "portal.applications",
    "exchanges",
    "workshops",
    "startups",
    "portal.reports",
    "portal.home",
    "portal.operations",
]

MIDDLEWARE = [
    "portal.operations.middleware.HealthProbes",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "portal.core.middleware.AdminContentSecurityPolicy",
    "portal.core.middleware.RejectNulBytes",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "portal.accounts.middleware.PersonalLocale",
    "portal.core.middleware.PrivateByDefault",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "portal.accounts.middleware.StaffSecondFactor",
    "django_htmx.middleware.HtmxMiddleware",
    "portal.ui.buttons.OnlyByButton",
]

ROOT_URLCONF = "portal.urls"
WSGI_APPLICATION = "portal.wsgi.application"
FORM_RENDERER = "portal.ui.forms.PortalFormRenderer"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "portal" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.template.context_processors.tz",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "portal.core.context_processors.portal",
            ],
        },
    },
]

# -- data
DATABASES = {"default": env.db("DATABASE_URL", default=f"sqlite:///{VAR_DIR / 'portal.sqlite3'}")}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"].setdefault("OPTIONS", {}).update(
        transaction_mode="IMMEDIATE",
        timeout=20,
        init_command="PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA busy_timeout=20000;",
    )
else:
    DATABASES["default"]["CONN_MAX_AGE"] = env.int("CONN_MAX_AGE", default=60)
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
    # A database that is away is an answer within seconds, not a hanging request.
    DATABASES["default"].setdefault("OPTIONS", {}).setdefault("connect_timeout", 5)
    # A pooler in transaction mode (PgBouncer) cannot hold server-side cursors and refuses options of a session.
    pooled = env.bool("POOLED_DATABASE", default=False)
    DATABASES["default"]["DISABLE_SERVER_SIDE_CURSORS"] = pooled
    if not pooled:
        # PostgreSQL would compile long queries to machine code: a second of work before a tenth of a second of answer.
        DATABASES["default"]["OPTIONS"].setdefault("options", "-c jit=off")
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = env.str("REDIS_URL", default="")
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}
    if REDIS_URL
    else {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "portal"}
}

# -- files
STATIC_URL = "/static/"
STATIC_ROOT = Path(env.str("STATIC_ROOT", default=str(VAR_DIR / "static")))
STATICFILES_DIRS = [BASE_DIR / "portal" / "static"]
WHITENOISE_USE_FINDERS = not PRODUCTION
# Files are looked for when they are asked for; else every new client of a test would read all their folders.
WHITENOISE_AUTOREFRESH = DEBUG or TESTING


def private_storage(url: str) -> dict:
    """Storage settings for uploads and letters from STORAGE_URL: file:///path or s3://bucket?endpoint=…&region=…"""
    parts = urlsplit(url)
    if parts.scheme == "s3":
        options = {key: values[0] for key, values in parse_qs(parts.query).items()}
        return {
            "BACKEND": "storages.backends.s3.S3Storage",
            "OPTIONS": {
                "bucket_name": parts.netloc,
                "location": parts.path.strip("/"),
                "endpoint_url": options.get("endpoint"),
                "region_name": options.get("region"),
                "default_acl": "private",
                "querystring_auth": True,
                "file_overwrite": False,
            },
        }
    return {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": parts.path, "base_url": None, "file_permissions_mode": 0o600},
    }


STORAGE_URL = env.str("STORAGE_URL", default=f"file://{VAR_DIR / 'private'}")
STORAGES = {
    "default": private_storage(STORAGE_URL),
    "private": private_storage(STORAGE_URL),
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if PRODUCTION
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
MAX_UPLOAD_BYTES = env.int("MAX_UPLOAD_BYTES", default=10 * 1024 * 1024)

# -- mail
# Without EMAIL_URL nothing leaves the machine: mails are kept and shown by the development mailbox.
EMAIL_URL = env.str("EMAIL_URL", default="")
if EMAIL_URL:
    _mail = env.email_url("EMAIL_URL")
    EMAIL_BACKEND, EMAIL_HOST, EMAIL_PORT = _mail["EMAIL_BACKEND"], _mail["EMAIL_HOST"], _mail["EMAIL_PORT"]
    EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = _mail["EMAIL_HOST_USER"], _mail["EMAIL_HOST_PASSWORD"]
    EMAIL_USE_TLS, EMAIL_USE_SSL = _mail.get("EMAIL_USE_TLS", False), _mail.get("EMAIL_USE_SSL", False)
else:
    EMAIL_BACKEND = "portal.outbox.mailbox.MailboxBackend"
DEV_MAILBOX = not (EMAIL_URL or PRODUCTION)  # it shows every mail, sign-in codes too
EMAIL_TIMEOUT = 30
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="Alliance Portal <portal@localhost>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL

# -- tasks
if REDIS_URL:
    CELERY_BROKER_URL = REDIS_URL
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "visibility_timeout": 3600,
        "unacked_restore_interval": 10,
        "unacked_restore_throttle": 1,
        "socket_timeout": 5,
        "socket_connect_timeout": 2,
    }
else:
    # A broker that needs no server: a folder. Enough for one machine.
    BROKER_DIR = VAR_DIR / "broker"
    for _folder in ("queue", "processed", "control"):
        (BROKER_DIR / _folder).mkdir(parents=True, exist_ok=True)
    CELERY_BROKER_URL = "filesystem://localhost"
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": str(BROKER_DIR / "queue"),
        "data_folder_out": str(BROKER_DIR / "queue"),
        "processed_folder": str(BROKER_DIR / "processed"),
        "control_folder": str(BROKER_DIR / "control"),
        "store_processed": False,
        "polling_interval": 0.2,  # seconds between two looks into the folder
    }
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_MAX_TASKS_PER_CHILD = 200
CELERY_TASK_SOFT_TIME_LIMIT = 840
CELERY_TASK_TIME_LIMIT = 900
CELERY_TASK_PUBLISH_RETRY = False
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TIMEZONE = "UTC"

# -- languages and time
LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("ja", "日本語")]
LOCALE_PATHS = [BASE_DIR / "portal" / "locale"]
FORMAT_MODULE_PATH = ["portal.formats"]
LANGUAGE_COOKIE_AGE = 365 * 24 * 3600
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

# -- people
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "portal.accounts.backends.SignInBackend",
    "portal.accounts.backends.SeatBackend",  # last: it answers for permissions and knows no sign-in
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home:desk"
ACCOUNT_ADAPTER = "portal.accounts.adapters.AccountAdapter"
SOCIALACCOUNT_ADAPTER = "portal.accounts.adapters.SocialAccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_SIGNUP_FORM_CLASS = "portal.accounts.forms.SignupForm"
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_CONFIRM_EMAIL_ON_GET = False
ACCOUNT_LOGIN_ON_EMAIL_CONFIRMATION = True
ACCOUNT_UNIQUE_EMAIL = True
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if BASE_URL.startswith("https://") else "http"
# Added to allauth's own limits; a whole lecture hall may register behind one address (see portal/ui/limits.py).
ACCOUNT_RATE_LIMITS = {"event_registration": "20/m/ip,200/h/ip", "fresh_link": "5/m/ip"}
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXY_COUNT", default=0)
PASSWORD_RESET_TIMEOUT = 3600
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_PASSKEY_SIGNUP_ENABLED = False
MFA_FORMS = {
    "add_webauthn": "portal.accounts.passkeys.AddPasskeyForm",
    "edit_webauthn": "portal.accounts.passkeys.EditPasskeyForm",
}
MFA_TOTP_ISSUER = "Alliance Portal"
# A code typed as it changes, or on a phone whose clock is a little off, counts as well (RFC 6238, 5.2: one step).
MFA_TOTP_TOLERANCE = 1
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not PRODUCTION
SOCIALACCOUNT_PROVIDERS: dict = {}
if env.str("ORCID_CLIENT_ID", default=""):
    SOCIALACCOUNT_PROVIDERS["orcid"] = {
        "BASE_DOMAIN": env.str("ORCID_DOMAIN", default="orcid.org"),
        "APPS": [{"client_id": env.str("ORCID_CLIENT_ID"), "secret": env.str("ORCID_SECRET", default="")}],
    }
if env.str("SAML_IDP_METADATA_URL", default=""):
    SOCIALACCOUNT_PROVIDERS["saml"] = {
        "APPS": [
            {
                "name": env.str("SAML_NAME", default="University sign-in"),
                "provider_id": env.str("SAML_IDP_ENTITY_ID"),
                "client_id": env.str("SAML_CLIENT_ID", default="university"),
                "settings": {
                    "idp": {
                        "entity_id": env.str("SAML_IDP_ENTITY_ID"),
                        "metadata_url": env.str("SAML_IDP_METADATA_URL"),
                    },
                    # subject-id first: the principal name may be given to somebody else after some time.
                    "attribute_mapping": {
                        "uid": "urn:oasis:names:tc:SAML:attribute:subject-id",
                        "email": "urn:oid:0.9.2342.19200300.100.1.3",
                        "first_name": "urn:oid:2.5.4.42",
                        "last_name": "urn:oid:2.5.4.4",
                    },
                },
            }
        ]
    }
SOCIALACCOUNT_LOGIN_ON_GET = False
SOCIALACCOUNT_EMAIL_AUTHENTICATION = False

# -- security
SECURE_HTTPS = BASE_URL.startswith("https://")
SECURE_SSL_REDIRECT = PRODUCTION and env.bool("SECURE_SSL_REDIRECT", default=True)
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if ALLAUTH_TRUSTED_PROXY_COUNT else None
SECURE_HSTS_SECONDS = env.int("HSTS_SECONDS", default=31536000) if PRODUCTION else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = PRODUCTION
SECURE_HSTS_PRELOAD = PRODUCTION
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = PRODUCTION or SECURE_HTTPS
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = LANGUAGE_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 14 * 24 * 3600
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF, *env.list("CSP_FORM_ACTION", default=[])],
        "frame-ancestors": [NONE],
        "base-uri": [SELF],
        "object-src": [NONE],
    }
}

# -- tables in and out
IMPORT_EXPORT_USE_TRANSACTIONS = True
IMPORT_EXPORT_IMPORT_PERMISSION_CODE = "change"
IMPORT_EXPORT_EXPORT_PERMISSION_CODE = "view"

# -- figures
# A workshop with at most so many people is a small one (figure W08).
SMALL_WORKSHOP_ATTENDED = env.int("SMALL_WORKSHOP_ATTENDED", default=40)

# -- the coordinators' desk
UNFOLD = {
    "SITE_TITLE": _("Alliance Portal"),
    "SITE_HEADER": _("Alliance Portal"),
    "SITE_SYMBOL": "diversity_2",
    "SITE_FAVICONS": [
        {"rel": "icon", "type": "image/svg+xml", "href": lambda request: static("portal/mark.svg")},
    ],
    "SHOW_LANGUAGES": True,
    "SHOW_HISTORY": True,
    "SHOW_VIEW_ON_SITE": True,
    "BORDER_RADIUS": "8px",
    "SITE_URL": "/",
    "DASHBOARD_CALLBACK": "portal.home.today.dashboard",
    "STYLES": [lambda request: static("portal/desk.css")],
    "SCRIPTS": [lambda request: static("portal/desk.js")],
    "COLORS": {
        "primary": {
            "50": "#eef3fc",
            "100": "#dbe5f7",
            "200": "#bccff0",
            "300": "#8fb0f0",
            "400": "#5f86d6",
            "500": "#6c93e3",
            "600": "#274b8f",
            "700": "#213f79",
            "800": "#1c3463",
            "900": "#182b50",
            "950": "#101c35",
        }
    },
    "SIDEBAR": {"show_search": True, "show_all_applications": False, "navigation": "portal.home.navigation.sidebar"},
}

# -- logs
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", default="INFO" if PRODUCTION else "WARNING")},
}
