from django.apps import AppConfig


class GradingConfig(AppConfig):
    name = "grading"
    verbose_name = "Grading"

    def ready(self) -> None:
        from . import heartbeats  # noqa: F401 — connects to the worker's signals
