from django.urls import path

from . import views
from .views import keeping, showing

app_name = "submissions"

urlpatterns = [
    path("assignments/<int:pk>/", views.assignment, name="assignment"),
    path("assignments/<int:pk>/hand-in/", views.hand_in, name="hand_in"),
    path("assignments/<int:pk>/record/", views.record, name="record"),
    path("uploads/", views.uploads, name="uploads"),
    path("uploads/<uuid:pk>/", views.upload, name="upload"),
    path("submissions/<uuid:pk>/", views.submission, name="submission"),
    path("submissions/<uuid:pk>/progress/", views.progress, name="progress"),
    path("submissions/<uuid:pk>/frame/", views.frame, name="frame"),
    path("progress/", views.journey, name="journey"),
    path("progress/weeks/", views.practice_weeks, name="practice_weeks"),
    path("progress/<int:student>/", views.journey_of, name="journey_of"),
    path("submissions/<uuid:pk>/heard/", views.heard, name="heard"),
    path("submissions/<uuid:pk>/show/", showing.show, name="show"),
    path("submissions/<uuid:pk>/unshow/", showing.unshow, name="unshow"),
    path("submissions/<uuid:pk>/in-class/", showing.in_class, name="in_class"),
    path("submissions/<uuid:pk>/compare/", views.compare, name="compare"),
    path("submissions/<uuid:pk>/compare/step/", views.compare_step, name="compare_step"),
    path("submissions/<uuid:pk>/keep/", keeping.keep, name="keep"),
    path("submissions/<uuid:pk>/withdraw/", views.withdraw, name="withdraw"),
    path("submissions/<uuid:pk>/erase/", views.erase, name="erase"),
    path("submissions/<uuid:pk>/appeal/", views.appeal, name="appeal"),
]
