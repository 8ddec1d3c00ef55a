from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "accounts"

    def ready(self) -> None:
        from core import history
        from grading.services import datasets

        from .sentences import SENTENCES
        from .services import consents

        for kind, sentence in SENTENCES.items():
            history.add_sentence(kind, sentence)
        datasets.add_acts(consents.training_acts)
