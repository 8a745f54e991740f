"""The settings of the installation, read from the environment (docs/operate/configure.md).

Nothing here is secret, and no default is unsafe: without DEBUG the program does not start until a secret key and the
host names are given.
"""

import logging
from pathlib import Path

import environ
from django.core.exceptions import ImproperlyConfigured

from ipsfidelity import logs
from ipsfidelity.csp import content_security_policy
from ipsfidelity.databases import database
from ipsfidelity.oidc import allauth_apps, require_complete, sign_in_origins
from ipsfidelity.owner import owner_of
from ipsfidelity.safe_start import refuse_public_demo, refuse_weak_key
from ipsfidelity.static_files import cache_fonts, package_folder

BASE_DIR = Path(__file__).resolve().parent.parent

env = environ.FileAwareEnv()

DEBUG = env.bool("DEBUG", default=False)
SECRET_KEY = env.str("SECRET_KEY", default="not-secret-for-the-demo-only" if DEBUG else "")
if not SECRET_KEY:
    raise ImproperlyConfigured(
        "SECRET_KEY is missing: set it, or SECRET_KEY_FILE, to 50 or more random characters "
        "(DEBUG=on needs none, and is for the demo on your own machine only)."
    )
if not DEBUG:
    refuse_weak_key("SECRET_KEY", SECRET_KEY)
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])
# Encrypts the secrets of second factors (ipsfidelity/sealing.py). Without it, SECRET_KEY does.
SECRETS_KEY = env.str("SECRETS_KEY", default="")
if SECRETS_KEY:
    refuse_weak_key("SECRETS_KEY", SECRETS_KEY)
SECRETS_KEY_FALLBACKS = env.list("SECRETS_KEY_FALLBACKS", default=[])
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["127.0.0.1", "localhost", "[::1]"] if DEBUG else [])
if DEBUG:
    refuse_public_demo(ALLOWED_HOSTS, env.str("DATABASE_URL", default=""))
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
# The start of links in mails that are sent outside a request and on signed sheets, "" if unknown.
_origins = [f"https://{host}" for host in ALLOWED_HOSTS if host != "*" and not host.startswith(".")]
PUBLIC_URL = env.str("PUBLIC_URL", default="http://127.0.0.1:8000" if DEBUG else next(iter(_origins), "")).rstrip("/")

# Who answers for the installation, whom to ask for help, and what is stated by law (ipsfidelity/owner.py).
OWNER = owner_of(env)

# --- Apps ----------------------------------------------------------------------

INSTALLED_APPS = [
    "ipsfidelity",  # first, because its command changepassword replaces Django's
    "crispy_forms",
    "crispy_bootstrap5",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.usersessions",
    "ipsfidelity.admin_site.ClosedAdminConfig",  # django.contrib.admin
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.sessions",
    "django.contrib.messages",
    "ipsfidelity.static_files.UsedStaticFiles",
    "scales",
    "reviews",  # last, because reviews/admin.py unregisters models of other apps
]

MIDDLEWARE = [
    "ipsfidelity.middleware.RequestLog",
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "ipsfidelity.middleware.SecurityHeaders",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "ipsfidelity.middleware.SessionLimits",
    "ipsfidelity.middleware.NoCaching",
    "ipsfidelity.middleware.ChosenLanguage",
    "ipsfidelity.body_limit.BodyLimit",
    "django.middleware.csrf.CsrfViewMiddleware",
    "ipsfidelity.middleware.SignInRequired",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "reviews.people.new_password.NewPasswordRequired",
    "reviews.people.second_factor.SecondFactorRequired",
    "reviews.records.access_log.RefusedAccess",
    "reviews.people.kept_posts_middleware.KeptPosts",
    "ipsfidelity.middleware.ErrorResponses",
]

ROOT_URLCONF = "ipsfidelity.urls"
WSGI_APPLICATION = "ipsfidelity.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {
            "loaders": [
                (
                    "ipsfidelity.template_loader.Loader",
                    ["ipsfidelity.template_loader.Files", "django.template.loaders.app_directories.Loader"],
                )
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "ipsfidelity.frame.frame",
                "reviews.help.places.help_urls",
            ],
        },
    },
]
CRISPY_ALLOWED_TEMPLATE_PACKS = "bootstrap5"
CRISPY_TEMPLATE_PACK = "bootstrap5"

# --- Database --------------------------------------------------------------------

DATABASES = {"default": database(env, "DATABASE_URL", f"sqlite:///{BASE_DIR / 'var' / 'db.sqlite3'}")}
if "TARGET_DATABASE_URL" in env.ENVIRON or "TARGET_DATABASE_URL_FILE" in env.ENVIRON:  # for `manage.py transfer` only
    DATABASES["target"] = database(env, "TARGET_DATABASE_URL")

# --- Backups and retention -----------------------------------------------------------------------

BACKUP_FOLDER = env.path("BACKUP_FOLDER", default=str(BASE_DIR / "var" / "backups"))
POSTGRES_BIN = env.str("POSTGRES_BIN", default="")  # the folder of pg_dump and pg_restore, "" for those on the PATH
KEEP_INVITATIONS_DAYS = env.int("KEEP_INVITATIONS_DAYS", default=90)  # after they have expired
KEEP_CANCELLED_DAYS = env.int("KEEP_CANCELLED_DAYS", default=0)
KEEP_ACCESS_LOG_DAYS = env.int("KEEP_ACCESS_LOG_DAYS", default=0)
# Where the heads of the records go every day, so that nobody who owns the database can rewrite them unnoticed.
HEADS_FILE = env.str("HEADS_FILE", default="")
HEADS_MAIL = env.str("HEADS_MAIL", default="")
_SHORTEST = 365  # days for which triggers refuse to delete these
if KEEP_INVITATIONS_DAYS < 0 or any(days and days < _SHORTEST for days in (KEEP_CANCELLED_DAYS, KEEP_ACCESS_LOG_DAYS)):
    raise ImproperlyConfigured(
        "KEEP_CANCELLED_DAYS and KEEP_ACCESS_LOG_DAYS are 0 (always) or 365 and more, KEEP_INVITATIONS_DAYS 0 or more."
    )

# --- People and sign-in ------------------------------------------------------------

AUTH_USER_MODEL = "reviews.User"
AUTHENTICATION_BACKENDS = ["reviews.people.sign_in.PasswordBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("username", "name", "email")},
    },
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "account_login"

# Accounts are created by invitation only, which the adapters enforce.
ACCOUNT_ADAPTER = "reviews.people.adapters.AccountAdapter"
ACCOUNT_FORMS = {
    "login": "reviews.people.forms.SignInForm",
    "change_password": "reviews.people.forms.OwnPasswordForm",
    "reset_password": "reviews.people.password_reset.ResetForm",
}
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "email*", "password1*", "password2*"]
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_EMAIL_VERIFICATION = "none"  # who opens an account gets mail at its address; a changed one is confirmed
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_SESSION_REMEMBER = False  # closing the browser signs out, because computers are shared
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "http" if DEBUG else "https"
ACCOUNT_RATE_LIMITS = {
    "login_failed": "",  # allauth counts by the Host header; reviews/people/login_attempts.py has its own limits:
    "guesses_of_account": "5/5m/key",
    "guesses_on_device": "5/5m/key",
    "guesses_from_address": "10/m/ip",
    "signed_checks": "10/m/ip",  # of the public page (reviews/sheets/public_check.py)
}
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if env.bool("BEHIND_PROXY", default=False) else 0

MFA_ADAPTER = "reviews.people.second_factor_secrets.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_FORMS = {
    "activate_totp": "reviews.people.forms.NewAppForm",
    "add_webauthn": "reviews.people.forms.PasskeyForm",
    "authenticate": "reviews.people.forms.CodeForm",
    "authenticate_webauthn": "reviews.people.forms.PasskeySignInForm",
    "reauthenticate": "reviews.people.forms.CodeAgainForm",
    "reauthenticate_webauthn": "reviews.people.forms.PasskeyAgainForm",
}
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_TOTP_ISSUER = "IPS fidelity"
MFA_TOTP_TOLERANCE = 1
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = DEBUG
# The people who need a second factor: "privileged" (coordinators and administrators) or "everyone".
SECOND_FACTOR = env.str("SECOND_FACTOR", default="nobody" if DEBUG else "privileged")
if SECOND_FACTOR not in ({"privileged", "everyone", "nobody"} if DEBUG else {"privileged", "everyone"}):
    raise ImproperlyConfigured('SECOND_FACTOR is "privileged" (coordinators and administrators) or "everyone".')

# OpenID Connect: a list of providers in JSON (ipsfidelity/oidc.py).
OIDC_PROVIDERS = env.json("OIDC_PROVIDERS", default=[])
require_complete(OIDC_PROVIDERS)
SOCIALACCOUNT_ADAPTER = "reviews.people.adapters.ProviderAdapter"
SOCIALACCOUNT_EMAIL_AUTHENTICATION = False  # linked by the provider's subject, never by an e-mail address alone
SOCIALACCOUNT_STORE_TOKENS = False
SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": allauth_apps(OIDC_PROVIDERS)}}

MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"  # not a cookie: messages may name people
USERSESSIONS_ADAPTER = "reviews.people.adapters.SessionsAdapter"
SESSION_ENGINE = "ipsfidelity.sessions"
SESSION_COOKIE_AGE = 12 * 3600  # seconds after sign-in until a session ends
SESSION_IDLE = 3600  # seconds without a request until a session ends
SESSION_WARNING = 120  # seconds before that in which a page with a form offers to go on

# --- Mail and cache -----------------------------------------------------------------

DEFAULT_FROM_EMAIL = env.str("MAIL_FROM", default="ips@localhost")
_console = {"BACKEND": "ipsfidelity.console_mail.EmailBackend"}
_smtp = {
    "BACKEND": "ipsfidelity.smtp.EmailBackend",
    "OPTIONS": {
        "host": env.str("MAIL_HOST", default="localhost"),
        "port": env.int("MAIL_PORT", default=25),
        "username": env.str("MAIL_USER", default=""),
        "password": env.str("MAIL_PASSWORD", default=""),
        "use_tls": env.bool("MAIL_TLS", default=False),
        "timeout": 10,
    },
}
MAILERS = {"default": _console if DEBUG else _smtp}
# In the database, so that limits on sign-in apply across all workers; large enough that nobody can flush it.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "cache",
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    },
    # PDF reports and blank forms, made by the queue: a few hundred kilobytes each, half a gigabyte at most.
    "documents": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "cache_of_documents",
        "OPTIONS": {"MAX_ENTRIES": 1_000},
    },
}

# --- Queue --------------------------------------------------------------------------

TASKS = {"default": {"BACKEND": "reviews.queue.backend.QueueBackend", "QUEUES": ["default", "mail"]}}
# Queued when instruments are loaded (`manage.py load_scales`), because they have changed.
TASK_AFTER_LOADING = "reviews.sheets.blank_forms.make_blank_forms"
JOB_LEASE = env.float("JOB_LEASE", default=60)  # seconds after which a silent worker's job is done by another one
# Reminders, digests and deletions by `manage.py work`. The demo mails nobody by itself.
DAILY_JOBS = env.bool("DAILY_JOBS", default=not DEBUG)
WORKER_BESIDE_SERVER = env.bool("WORKER_BESIDE_SERVER", default=True)  # gunicorn starts and stops a worker

# --- Log ----------------------------------------------------------------------------

# JSON lines on stdout; the demo keeps Django's own log. Errors are not mailed, because Django's mail to ADMINS contains
# the request.
LOGGING = {} if DEBUG else logs.logging_settings(sentry_dsn=env.str("SENTRY_DSN", default=""))
logging.raiseExceptions = DEBUG  # otherwise a record that cannot be written is printed unfiltered

# --- Metrics --------------------------------------------------------------------------

# Without a token, /metrics does not exist and nothing is counted.
METRICS_TOKEN = env.str("METRICS_TOKEN", default="")
METRICS_FOLDER = Path(env.str("METRICS_FOLDER", default=str(BASE_DIR / "var" / "metrics")))
if METRICS_TOKEN:
    MIDDLEWARE.insert(0, "ipsfidelity.metrics.CountRequests")

# --- Limits and security headers ----------------------------------------------------

DATA_UPLOAD_MAX_MEMORY_SIZE = 1_000_000  # bytes; the largest form holds 10 notes of 5,000 characters
DATA_UPLOAD_MAX_NUMBER_FIELDS = 500
LARGER_BODIES = {"imports": 1_000_100_000}  # bytes, by URL name: an export of 1 GB and its form

# The form for signing in at a provider redirects to the provider.
SECURE_CSP = content_security_policy(form_targets=sign_in_origins(OIDC_PROVIDERS))
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
DEVICE_COOKIE_NAME = "device"
THEME_COOKIE_NAME = "theme"
BROWSER_COOKIE_NAME = "browser"  # until the browser is closed
BROWSER_COOKIE_AGE = 7 * 24 * 3600  # seconds in which a form of a page that is still open is kept
DEVICE_COOKIE_AGE = 400 * 24 * 3600  # seconds; the longest that browsers keep a cookie
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "ipsfidelity.errors.csrf_failure"
if not DEBUG:
    # With this prefix, browsers reject a cookie from a subdomain, for another path, or without HTTPS.
    SESSION_COOKIE_NAME = "__Host-sid"
    CSRF_COOKIE_NAME = "__Host-csrf"
    LANGUAGE_COOKIE_NAME = "__Host-language"
    BROWSER_COOKIE_NAME = "__Host-browser"
    DEVICE_COOKIE_NAME = "__Host-device"
    THEME_COOKIE_NAME = "__Host-theme"
    SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", default=True)
    SECURE_REDIRECT_EXEMPT = [r"^livez$", r"^readyz$", r"^metrics$"]
    SECURE_HSTS_SECONDS = 365 * 24 * 3600
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    SESSION_COOKIE_SECURE = True
    CSRF_COOKIE_SECURE = True
    if ALLAUTH_TRUSTED_PROXY_COUNT:
        SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

# --- Language, time and formats -------------------------------------------------------

LANGUAGE_CODE = "nb"
# In the order of the menu, each by its own name. All languages but English need a catalogue in the first LOCALE_PATHS.
LANGUAGES = [
    ("nb", "Bokmål"),
    ("nn", "Nynorsk"),
    ("sv", "Svenska"),
    ("fi", "Suomi"),
    ("en", "English"),
]
# The second has sentences of sign-in (allauth) in languages that the library does not have.
LOCALE_PATHS = [BASE_DIR / "ipsfidelity" / "locale", BASE_DIR / "ipsfidelity" / "locale_of_sign_in"]
FORMAT_MODULE_PATH = ["ipsfidelity.formats"]
LANGUAGE_COOKIE_AGE = 365 * 24 * 3600
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SECURE = not DEBUG
USE_TZ = True
TIME_ZONE = env.str("TIME_ZONE", default="Europe/Oslo")

# --- Static files ------------------------------------------------------------------------

STATIC_URL = "/static/"
STATIC_ROOT = env.path("STATIC_ROOT", default=str(BASE_DIR / "var" / "static"))
STATICFILES_FINDERS = [
    "ipsfidelity.stylesheet.StylesheetFinder",
    "ipsfidelity.web_fonts.WebFontFinder",
    "ipsfidelity.scripts.ScriptFinder",
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
]
STYLESHEET_FOLDER = BASE_DIR / "var" / "styles"  # the composed style sheet; can be deleted at any time
WEB_FONT_FOLDER = BASE_DIR / "var" / "fonts"  # the same
WHITENOISE_ADD_HEADERS_FUNCTION = cache_fonts
STATICFILES_DIRS = [
    BASE_DIR / "static",
    ("source-sans", package_folder("font_source_sans_pro") / "files"),
]
_storage = "django.contrib.staticfiles.storage.StaticFilesStorage"
_collected = "whitenoise.storage.CompressedManifestStaticFilesStorage"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": _storage if DEBUG else _collected},
}
