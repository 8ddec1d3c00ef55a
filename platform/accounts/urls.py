from django.urls import path

from . import views
from .views import data, mail

app_name = "accounts"

urlpatterns = [
    path("sign-in/", views.sign_in, name="sign_in"),
    path("sign-out/", views.sign_out, name="sign_out"),
    path("profile/", views.profile, name="profile"),
    path("profile/password/", views.password, name="password"),
    path("profile/consent/", views.consent, name="consent"),
    path("profile/guardian/", views.ask_guardian, name="ask_guardian"),
    path("profile/mail/", mail.settings_of_mail, name="mail"),
    path("mail/stop/<str:token>/", mail.stop_mail, name="stop_mail"),
    path("mail/again/<str:token>/", mail.resume_mail, name="resume_mail"),
    path("guardian/", views.guardian_link, name="guardian_link"),
    path("guardian/<str:token>/", views.guardian, name="guardian"),
    path("profile/export/", data.ask_export, name="ask_export"),
    path("profile/export/<uuid:pk>/", data.get_export, name="get_export"),
    path("profile/erase/", data.erase, name="erase"),
]
