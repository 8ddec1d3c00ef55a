from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "accounts"

    def ready(self) -> None:
        from core import doctor, history, personal
        from grading.exchange import people
        from grading.services import datasets

        from . import health, whose
        from .sentences import SENTENCES
        from .services import consents, pseudonyms

        for kind, sentence in SENTENCES.items():
            history.add_sentence(kind, sentence)
        datasets.add_acts(consents.training_acts)
        people.register(pseudonyms)
        doctor.add(health.mail)
        doctor.add(health.exports)
        history.add_sentence("erased", whose.erased)
        acts = (whose.last_admin, whose.archives, whose.wrong_passwords)
        personal.add(tables=whose.TABLES, folders=whose.FOLDERS, acts=acts)
