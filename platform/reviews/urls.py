from django.urls import path

from .views import (
    abstain,
    agreement,
    anchoring,
    batch,
    desk,
    evidence,
    history,
    moderation,
    phrases,
    queue,
    settings,
    spoken,
)

app_name = "reviews"

urlpatterns = [
    path("", queue.queue, name="queue"),
    path("next/", queue.take_next, name="next"),
    path("batch/", batch.batch, name="batch"),
    path("settings/", settings.settings, name="settings"),
    path("phrases/", phrases.phrases, name="phrases"),
    path("phrases/<int:phrase>/", phrases.phrase, name="phrase"),
    path("spoken/<uuid:spoken>/", spoken.sound, name="spoken_sound"),
    path("spoken/<uuid:spoken>/state/", spoken.state, name="spoken_state"),
    path("agreement/<int:course>/", agreement.agreement, name="agreement"),
    path("anchoring/", anchoring.anchoring, name="anchoring"),
    path("moderation/<int:course>/", moderation.moderation, name="moderation"),
    path("history/<int:course>/", history.course_history, name="course_history"),
    path("<uuid:pk>/", desk.desk, name="desk"),
    path("<uuid:pk>/claim/", queue.claim, name="claim"),
    path("<uuid:pk>/give-back/", queue.give_back, name="give_back"),
    path("<uuid:pk>/draft/", desk.draft, name="draft"),
    path("<uuid:pk>/release/", desk.release, name="release"),
    path("<uuid:pk>/abstain/", abstain.abstain, name="abstain"),
    path("<uuid:pk>/history/", history.history, name="history"),
    path("<uuid:pk>/send-back/", moderation.send_back, name="send_back"),
    path("<uuid:pk>/reveal/", desk.reveal, name="reveal"),
    path("<uuid:pk>/spoken/", spoken.spoken, name="spoken"),
    path("<uuid:pk>/explain/", evidence.explain, name="explain"),
    path("<uuid:pk>/studies/<uuid:study>/", evidence.study, name="study"),
    path("<uuid:pk>/studies/<uuid:study>/<slug:sense>/", evidence.picture, name="study_picture"),
]
