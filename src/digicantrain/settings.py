"""All settings, read from the environment; a value that cannot be used stops the start."""

from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from csp.constants import NONE, SELF

from digicantrain.base import database, env

MODE = env.choice("DIGICANTRAIN_MODE", options=("production", "demo", "test"), default="production")
DEMO = MODE == "demo"
DEBUG = False

VAR = Path(env.text("DIGICANTRAIN_VAR", default="var")).resolve()
# rule sets of CME accreditors of one's own, beside those that come with the program
CME_RULES = env.text("DIGICANTRAIN_CME_RULES", default="")
CONTENT = Path(env.text("DIGICANTRAIN_CONTENT", default="content")).resolve()
BASE_DIR = Path(__file__).resolve().parent

if MODE == "production":
    SECRET_KEY = env.secret("DIGICANTRAIN_SECRET_KEY")
    KEY_ENCRYPTION_KEY = env.secret("DIGICANTRAIN_KEY_ENCRYPTION_KEY")
    ORIGIN = env.origin("DIGICANTRAIN_ORIGIN")
else:
    SECRET_KEY = env.text("DIGICANTRAIN_SECRET_KEY", default=f"not-secret-{MODE}")
    KEY_ENCRYPTION_KEY = env.text("DIGICANTRAIN_KEY_ENCRYPTION_KEY", default=f"not-secret-{MODE}")
    ORIGIN = env.origin("DIGICANTRAIN_ORIGIN", default="http://127.0.0.1:8000")

ALLOWED_HOSTS = env.words("DIGICANTRAIN_HOSTS", default="localhost,127.0.0.1,[::1],testserver")
SECURE = ORIGIN.startswith("https://")
if MODE == "production":
    ALLOWED_HOSTS = env.words("DIGICANTRAIN_HOSTS", default=urlsplit(ORIGIN).hostname or "")
    if "*" in ALLOWED_HOSTS:
        raise env.SettingError("DIGICANTRAIN_HOSTS is *; name the hosts that are yours.")

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.idp.oidc",
    "allauth.mfa",
    "csp",
    "django_htmx",
    "django_tasks",
    "django_tasks_db",
    "rules.apps.AutodiscoverRulesConfig",
    "digicantrain.people",
    "digicantrain.programme",
    "digicantrain.records",
    "digicantrain.learning",
    "digicantrain.assessment",
    "digicantrain.credentials",
    "digicantrain.evaluation",
    "digicantrain.web",
    "digicantrain.api",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    # Before sessions, languages and messages: a machine's request touches none of them.
    "digicantrain.api.xapi.entry.RecordStoreMiddleware",
    # Before all that can answer by itself, so that every answer carries these headers.
    "csp.middleware.CSPMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "digicantrain.web.middleware.PlainRequestsMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "digicantrain.web.middleware.PersonalPagesMiddleware",
]

ROOT_URLCONF = "digicantrain.urls"
WSGI_APPLICATION = "digicantrain.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "web" / "templates"],
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "digicantrain.web.context.site",
            ],
            "builtins": [
                "django.templatetags.i18n",
                "digicantrain.web.templatetags.fields",
                "digicantrain.web.templatetags.words",
                "digicantrain.web.templatetags.look",
                "digicantrain.web.templatetags.way",
            ],
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    [
                        "django.template.loaders.filesystem.Loader",
                        "django.template.loaders.app_directories.Loader",
                    ],
                )
            ],
        },
    }
]

DATABASES = {
    "default": database.from_address(
        env.text("DIGICANTRAIN_DATABASE", default=f"sqlite:///{VAR}/digicantrain.sqlite3")
    )
}

CACHES: dict[str, Any] = {
    "default": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "LOCATION": "site",
        # throttles count in it: few entries would be pushed out by many addresses
        "OPTIONS": {"MAX_ENTRIES": 10_000},
    }
}
CACHE_ADDRESS = env.text("DIGICANTRAIN_CACHE", default="local")
if CACHE_ADDRESS != "local":
    if not CACHE_ADDRESS.startswith(("redis://", "rediss://")):
        raise env.SettingError("DIGICANTRAIN_CACHE must be local, or begin with redis://.")
    if find_spec("redis") is None:
        raise env.SettingError(
            "DIGICANTRAIN_CACHE needs the package redis; install it: .venv/bin/uv pip install redis"
        )
    CACHES["default"] = {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": CACHE_ADDRESS,
    }

# --- people and sign-in ---
AUTH_USER_MODEL = "people.Person"
AUTHENTICATION_BACKENDS = [
    "rules.permissions.ObjectPermissionBackend",
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.ScryptPasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
    # no person's: the token endpoint asks it for the secret of a record provider's key
    "digicantrain.records.secrets.KeySecretHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "learner:home"
LOGOUT_REDIRECT_URL = "public:home"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_UNIQUE_EMAIL = True
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
ACCOUNT_REAUTHENTICATION_TIMEOUT = 900
ACCOUNT_ADAPTER = "digicantrain.web.accounts.adapter.AccountAdapter"
ACCOUNT_FORMS = {"request_login_code": "digicantrain.web.accounts.codes.CodeForm"}
ACCOUNT_SIGNUP_FORM_CLASS = "digicantrain.web.accounts.forms.SignupForm"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_ADAPTER = "digicantrain.web.accounts.adapter.MfaAdapter"
MFA_FORMS = {"add_webauthn": "digicantrain.web.accounts.passkeys.PasskeyForm"}
MFA_TOTP_ISSUER = "DigiCanTrain"
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = MODE != "production"

# Memory of one process cannot tell the others that a session has ended: docs/decisions/0008.
SESSION_ENGINE = (
    "django.contrib.sessions.backends.db"
    if CACHE_ADDRESS == "local"
    else "django.contrib.sessions.backends.cached_db"
)
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "digicantrain.web.errors.csrf_failure"
SECURE_HSTS_SECONDS = 31536000 if SECURE else 0
SECURE_SSL_REDIRECT = False
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
X_FRAME_OPTIONS = "DENY"
BEHIND_PROXY = env.boolean("DIGICANTRAIN_BEHIND_PROXY", default=False)
if BEHIND_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    MIDDLEWARE.insert(0, "digicantrain.web.middleware.BehindProxyMiddleware")

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}

DATA_UPLOAD_MAX_MEMORY_SIZE = 2_500_000
DATA_UPLOAD_MAX_NUMBER_FIELDS = 1_000
FILE_UPLOAD_HANDLERS = [
    "digicantrain.web.uploads.LimitedUploadHandler",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]

# --- languages ---
LANGUAGE_CODE = "en"
LANGUAGES = [
    ("en", "English"),
    ("fi", "Suomi"),
    ("et", "Eesti"),
    ("es", "Español"),
    ("ro", "Română"),
    ("el", "Ελληνικά"),
]
# Languages whose interface catalogue is complete; the others wait for theirs.
INTERFACE_LANGUAGES = env.chosen_words(
    "DIGICANTRAIN_LANGUAGES", options={code for code, _name in LANGUAGES}, default="en,fi"
)
LANGUAGES = [(code, name) for code, name in LANGUAGES if code in INTERFACE_LANGUAGES]
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = ["digicantrain.web.formats"]
USE_I18N = USE_TZ = True
TIME_ZONE = "UTC"

# --- the record store ---
# What a key may ask and bring in a minute where it has no limit of its own.
RECORD_REQUESTS = env.integer("DIGICANTRAIN_RECORD_REQUESTS", default=12_000, least=1)
RECORD_STATEMENTS = env.integer("DIGICANTRAIN_RECORD_STATEMENTS", default=300_000, least=1)
# The most bytes that one request may bring to the record store.
RECORDS_BODY = env.integer("DIGICANTRAIN_RECORDS_BODY", default=15_000_000, least=1_000)
# The one OAuth server: tokens for keys, and nothing else of it is reached from outside.
IDP_OIDC_AUTH_METHODS = ["client_secret_basic", "client_secret_post"]
IDP_OIDC_ACCESS_TOKEN_EXPIRES_IN = 3_600

# --- credentials ---
# Whether the keys and status lists of other issuers are read at their addresses.
CHECK_OTHERS = env.boolean("DIGICANTRAIN_CHECK_OTHERS", default=MODE != "test")
# The SHA-256 of the token for the VC-API; without one it is off.
VC_API_TOKEN = env.digest("DIGICANTRAIN_VC_API_TOKEN_SHA256")
# Recognition of prior learning: days to decide a claim, to appeal, and to keep its evidence after.
RECOGNITION_DAYS = env.integer("DIGICANTRAIN_RECOGNITION_DAYS", default=30, least=1)
APPEAL_DAYS = env.integer("DIGICANTRAIN_APPEAL_DAYS", default=30, least=1)
# what an appeal is decided on must still be there
EVIDENCE_DAYS = env.integer("DIGICANTRAIN_EVIDENCE_DAYS", default=365, least=APPEAL_DAYS + 1)

# --- files ---
STATIC_URL = "/static/"
STATIC_ROOT = VAR / "static"
MEDIA_URL = "/media/"
MEDIA_ROOT = VAR / "media"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if MODE == "test"
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}

# --- mail ---
DEFAULT_FROM_EMAIL = env.text("DIGICANTRAIN_FROM", default="DigiCanTrain <noreply@example.org>")
OUTBOX = VAR / "outbox"
if DEMO:
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    EMAIL_FILE_PATH = str(OUTBOX)
else:
    EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    EMAIL_HOST = env.text("DIGICANTRAIN_MAIL_HOST", default="localhost")
    EMAIL_PORT = env.integer("DIGICANTRAIN_MAIL_PORT", default=25)
    EMAIL_HOST_USER = env.text("DIGICANTRAIN_MAIL_USER", default="")
    EMAIL_HOST_PASSWORD = env.text("DIGICANTRAIN_MAIL_PASSWORD", default="")
    EMAIL_USE_TLS = env.boolean("DIGICANTRAIN_MAIL_TLS", default=False)
    EMAIL_TIMEOUT = 20

# --- a hardware token for issuers' keys ---
PKCS11_MODULE = env.text("DIGICANTRAIN_PKCS11_MODULE", default="")
PKCS11_TOKEN = env.text("DIGICANTRAIN_PKCS11_TOKEN", default="")
PKCS11_PIN = env.text("DIGICANTRAIN_PKCS11_PIN", default="")

# --- background work ---
TASKS = {
    "default": {
        "BACKEND": "django_tasks.backends.immediate.ImmediateBackend"
        if MODE == "test"
        else "django_tasks_db.DatabaseBackend",
        "QUEUES": ["default"],
    }
}
WORKER_LEASE_SECONDS = env.integer("DIGICANTRAIN_WORKER_LEASE", default=60)

LOG_LEVEL = env.choice(
    "DIGICANTRAIN_LOG",
    options=("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"),
    default="WARNING",
)
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["console"], "level": LOG_LEVEL},
}
