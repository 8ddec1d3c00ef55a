from django.urls import path
from drf_spectacular.views import SpectacularAPIView

from . import views

app_name = "api"

urlpatterns = [
    path("schema/", SpectacularAPIView.as_view(), name="schema"),
    path("submissions/", views.ListSubmissions.as_view(), name="submissions"),
    path("submissions/<uuid:pk>/", views.ShowSubmission.as_view(), name="submission"),
    path("submissions/<uuid:pk>/rating/", views.RateSubmission.as_view(), name="rating"),
    path("models/", views.ListModels.as_view(), name="models"),
    path("training-runs/", views.TrainingRuns.as_view(), name="training_runs"),
]
