from django.urls import path

from . import views
from .school import school

app_name = "core"

urlpatterns = [
    path("", views.home, name="home"),
    path("school/", school, name="school"),
    path("status/", views.status, name="status"),
    path("words/<str:language>/<str:version>.js", views.words, name="words"),
    path("language/", views.language, name="language"),
    path("healthz", views.health, name="health"),
    path("media/performances/<uuid:pk>/wave", views.wave, name="wave"),
    path("media/performances/<uuid:pk>/mel/<int:tile>", views.mel_tile, name="mel_tile"),
    path("media/performances/<uuid:pk>/<str:kind>", views.media, name="media"),
]
