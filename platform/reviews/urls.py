from django.urls import path

from .views import desk, queue

app_name = "reviews"

urlpatterns = [
    path("", queue.queue, name="queue"),
    path("<uuid:pk>/", desk.desk, name="desk"),
    path("<uuid:pk>/draft/", desk.draft, name="draft"),
    path("<uuid:pk>/release/", desk.release, name="release"),
]
