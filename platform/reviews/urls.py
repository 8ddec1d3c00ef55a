from django.urls import path

from . import views

app_name = "reviews"

urlpatterns = [
    path("", views.queue, name="queue"),
    path("<uuid:pk>/", views.desk, name="desk"),
    path("<uuid:pk>/draft/", views.draft, name="draft"),
    path("<uuid:pk>/release/", views.release, name="release"),
]
