"""One settings module for every size of house; what differs comes from the environment (config/env.py)."""

from pathlib import Path

from . import env

ROOT = env.ROOT
VAR = env.folder("CLAVIER_VAR", ROOT / "var")

SECRET_KEY = env.text("SECRET_KEY")
DEBUG = env.flag("DEBUG", False)
ALLOWED_HOSTS = env.names("ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]")
CSRF_TRUSTED_ORIGINS = env.names("CSRF_TRUSTED_ORIGINS")

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.contrib.postgres",
    "django_celery_beat",
    "rest_framework",
    "drf_spectacular",
    "grading",
    "core",
    "accounts",
    "courses",
    "submissions",
    "reviews",
    "lab",
    "api",
    "demo",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "core.middleware.ContentSecurityPolicy",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "accounts.middleware.OwnLanguage",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
TEMPLATE_LOADERS = [
    "django.template.loaders.filesystem.Loader",
    "django.template.loaders.app_directories.Loader",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [ROOT / "templates"],
        "APP_DIRS": False,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "core.context.house",
            ],
            # Compiled once, except where somebody is writing them.
            "loaders": TEMPLATE_LOADERS if DEBUG else [("django.template.loaders.cached.Loader", TEMPLATE_LOADERS)],
        },
    }
]

DATABASES = {"default": env.database("DATABASE_URL")}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
REDIS_URL = env.text("REDIS_URL")

AUTH_USER_MODEL = "accounts.User"
LOGIN_URL = "accounts:sign_in"
LOGIN_REDIRECT_URL = "core:home"
LOGOUT_REDIRECT_URL = "accounts:sign_in"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("UserAttributeSimilarityValidator", "MinimumLengthValidator", "CommonPasswordValidator")
]

LANGUAGE_CODE = "en"
# More by adding a folder of platform/locale and its name here, each in its own language.
LANGUAGES = [("en", "English"), ("es", "Español"), ("zh-hans", "中文")]
LOCALE_PATHS = [ROOT / "platform/locale"]
FORMAT_MODULE_PATH = "config.formats"
TIME_ZONE = env.text("TIME_ZONE", "UTC")
USE_I18N = True
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = VAR / "static"
STATICFILES_DIRS: list[Path | tuple[str, Path]] = [
    ROOT / "static",
    ("npm/inter", ROOT / "node_modules/@fontsource-variable/inter"),
    ("npm/source-serif-4", ROOT / "node_modules/@fontsource-variable/source-serif-4"),
    ("npm/noto-sans-sc", ROOT / "node_modules/@fontsource-variable/noto-sans-sc"),
    ("npm/noto-serif-sc", ROOT / "node_modules/@fontsource-variable/noto-serif-sc"),
    ("npm/htmx", ROOT / "node_modules/htmx.org/dist"),
    ("npm/tus", ROOT / "node_modules/tus-js-client/dist"),
    ("npm/uplot", ROOT / "node_modules/uplot/dist"),
    ("npm/wavesurfer", ROOT / "node_modules/wavesurfer.js/dist"),
]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedStaticFilesStorage"},
}
MEDIA_ROOT = VAR / "media"
# 'X-Accel-Redirect' behind nginx; empty: the app itself serves private media, with Range.
MEDIA_ACCEL_PREFIX = env.text("MEDIA_ACCEL_PREFIX", "")
MODELS_ROOT = VAR / "models"
FEATURES_ROOT = VAR / "features"
UPLOADS_ROOT = VAR / "uploads"

# The one size limit of a recording, in bytes: proxy, app and browser read it from here.
RECORDING_MAX_BYTES = env.number("RECORDING_MAX_BYTES", 2 * 1024**3, at_least=1)
# The longest one, in seconds: ml.media.facts.LIMITS.max_seconds, which the web process does not load.
RECORDING_MAX_SECONDS = 1800
DATA_UPLOAD_MAX_MEMORY_SIZE = 10 * 1024**2
# A line over which nothing comes for so long is dead, and its upload free to be taken up by another request.
UPLOAD_SILENCE_SECONDS = env.number("UPLOAD_SILENCE_SECONDS", 30, at_least=1)

# Which of the demo school's recordings to make, by number; all where it is empty.
DEMO_TAKES = env.names("DEMO_TAKES")

# Where the site is, as a mail has to say it.
SITE_URL = env.address("SITE_URL", "http://127.0.0.1:8000")
# By SMTP where a host is named, else into files under VAR/mail.
EMAIL_HOST = env.text("EMAIL_HOST", "")
EMAIL_BACKEND = env.mail_backend("EMAIL_BACKEND", "smtp" if EMAIL_HOST else "file")
EMAIL_FILE_PATH = VAR / "mail"
EMAIL_USE_TLS, EMAIL_USE_SSL = env.mail_cover()
EMAIL_PORT = env.number("EMAIL_PORT", 465 if EMAIL_USE_SSL else 587 if EMAIL_USE_TLS else 25, at_least=1)
EMAIL_HOST_USER = env.text("EMAIL_HOST_USER", "")
EMAIL_HOST_PASSWORD = env.text("EMAIL_HOST_PASSWORD", "")
# Seconds. A letter that is being sent is held so long, at most, for each step of the talk with the server.
EMAIL_TIMEOUT = env.number("EMAIL_TIMEOUT", 20, at_least=1)
DEFAULT_FROM_EMAIL = env.text("DEFAULT_FROM_EMAIL", "Clavier <clavier@localhost>")

CELERY_BROKER_URL = REDIS_URL
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TASK_DEFAULT_QUEUE = "house"
CELERY_TASK_ROUTES = ("grading.queues.route",)
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
# Above the longest task (training, 12 h): a task must never be delivered twice because it is slow.
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 13 * 3600,
    "socket_timeout": 5,
    "socket_connect_timeout": 2,
    # Whoever hands in while the broker is down does not wait for it (6 s otherwise): the sweeper rings again.
    "max_retries": 1,
    "interval_start": 0.1,
    "interval_max": 0.1,
}
CELERY_TASK_PUBLISH_RETRY = False
CELERY_BEAT_SCHEDULER = "django_celery_beat.schedulers:DatabaseScheduler"
CELERY_BEAT_SCHEDULE = {
    "sweep": {"task": "grading.tasks.sweep", "schedule": 5.0},
    "clear-leftovers": {"task": "grading.tasks.clear_leftovers", "schedule": 3600.0},
    "keep-less": {"task": "core.tasks.keep_less", "schedule": 600.0},
    "send-letters": {"task": "accounts.tasks.send_letters", "schedule": 10.0},
    "look-after-exports": {"task": "accounts.tasks.look_after_exports", "schedule": 60.0},
    "consider-recalibrating": {"task": "grading.tasks.consider_recalibrating", "schedule": 6 * 3600.0},
    "look-after-bundles": {"task": "grading.tasks.look_after_bundles", "schedule": 60.0},
    "consider-retraining": {"task": "grading.tasks.consider_retraining", "schedule": 60.0},
    "watch": {"task": "grading.tasks.watch", "schedule": 24 * 3600.0},
    # It looks itself whether it is time, so that a house that was asleep on Monday tells of the week when it wakes.
    "tell-of-the-week": {"task": "lab.tasks.tell_of_the_week", "schedule": 900.0},
    "sweep-uploads": {"task": "submissions.tasks.sweep_uploads", "schedule": 600.0},
    "erase-withdrawn": {"task": "submissions.tasks.erase_withdrawn", "schedule": 3600.0},
}

# How long a claimed job may go without a heartbeat, and how often it may be tried, before the sweeper steps in.
JOB_LEASE_SECONDS = env.number("JOB_LEASE_SECONDS", 30, at_least=2)
JOB_ATTEMPTS = env.number("JOB_ATTEMPTS", 4, at_least=1)

SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = env.flag("HTTPS", False)

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["rest_framework.authentication.SessionAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_PAGINATION_CLASS": "rest_framework.pagination.LimitOffsetPagination",
    "PAGE_SIZE": 50,
}
SPECTACULAR_SETTINGS = {"TITLE": "Clavier", "VERSION": "1", "SERVE_INCLUDE_SCHEMA": False}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": env.text("LOG_LEVEL", "INFO")},
}
