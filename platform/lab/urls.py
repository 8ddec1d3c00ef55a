from django.urls import path

from .views import bought, bundles, datasets, home, labels, models, rounds, runs, watch

app_name = "lab"

urlpatterns = [
    path("", home.home, name="home"),
    path("policy/", home.policy, name="policy"),
    path("history/", home.history, name="history"),
    path("house/", home.house, name="house"),
    path("watch/", watch.watch, name="watch"),
    path("watch/<int:pk>/seen/", watch.see_alarm, name="see_alarm"),
    path("datasets/", datasets.datasets, name="datasets"),
    path("datasets/freeze/", datasets.freeze, name="freeze"),
    path("datasets/<int:pk>/", datasets.dataset, name="dataset"),
    path("datasets/<int:older>/<int:newer>/", datasets.difference, name="difference"),
    path("bundles/", bundles.bundles, name="bundles"),
    path("bundles/export/", bundles.new_export, name="new_export"),
    path("bundles/import/", bundles.new_import, name="new_import"),
    path("bundles/<int:pk>/archive/", bundles.archive, name="archive"),
    path("bundles/<int:pk>/delete/", bundles.delete, name="delete_bundle"),
    path("labels/", labels.labels, name="labels"),
    path("held-back/", labels.held_back, name="held_back"),
    path("rounds/", rounds.rounds, name="rounds"),
    path("rounds/ask/", rounds.ask, name="ask"),
    path("rounds/ask-audit/", rounds.ask_audit, name="ask_audit"),
    path("rounds/<int:pk>/close/", rounds.close_round, name="close_round"),
    path("learning/", bought.bought, name="bought"),
    path("train/", runs.train, name="train"),
    path("runs/", runs.runs, name="runs"),
    path("runs/<int:pk>/", runs.run, name="run"),
    path("runs/<int:one>/<int:other>/", runs.comparison, name="comparison"),
    path("runs/<int:pk>/progress/", runs.progress, name="run_progress"),
    path("runs/<int:pk>/stop/", runs.stop, name="stop"),
    path("runs/<int:pk>/go-on/", runs.go_on, name="go_on"),
    path("models/", models.models, name="models"),
    path("models/bounds/", models.bounds, name="bounds"),
    path("models/<int:number>/", models.model, name="model"),
    path("models/<int:number>/card/", models.card, name="card"),
    path("models/<int:number>/promote/", models.promote, name="promote"),
    path("roll-back/", models.roll_back, name="roll_back"),
]
