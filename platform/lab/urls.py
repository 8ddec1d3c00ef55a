from django.urls import path

from . import views

app_name = "lab"

urlpatterns = [
    path("", views.home, name="home"),
    path("train/", views.train, name="train"),
    path("datasets/", views.datasets, name="datasets"),
    path("datasets/<int:pk>/", views.dataset, name="dataset"),
    path("runs/<int:pk>/", views.run, name="run"),
    path("runs/<int:pk>/progress/", views.run_progress, name="run_progress"),
    path("runs/<int:pk>/stop/", views.stop, name="stop"),
    path("models/<int:number>/", views.model, name="model"),
    path("models/<int:number>/card/", views.card, name="card"),
    path("models/<int:number>/promote/", views.promote, name="promote"),
    path("roll-back/", views.roll_back, name="roll_back"),
    path("policy/", views.policy, name="policy"),
    path("history/", views.history, name="history"),
    path("house/", views.house, name="house"),
]
