"""The Celery app. The database is the source of truth; the broker only wakes workers (see grading/services/jobs.py)."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("clavier")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
