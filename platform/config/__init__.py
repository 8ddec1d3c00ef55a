"""Settings, addresses and the Celery app. Importing it binds tasks to our broker, in the web process too."""

from .celery import app as celery_app

__all__ = ["celery_app"]
