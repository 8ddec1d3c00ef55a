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
    path("training-runs/preconditions/", views.TrainingPreconditions.as_view(), name="training_preconditions"),
    path("training-runs/<int:pk>/", views.ShowTrainingRun.as_view(), name="training_run"),
    path("training-runs/<int:pk>/stop/", views.StopTrainingRun.as_view(), name="stop_training_run"),
    path("training-runs/<int:pk>/go-on/", views.ContinueTrainingRun.as_view(), name="continue_training_run"),
]
