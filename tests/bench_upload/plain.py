"""What one would write first: Django's own upload handlers, a form field, and the file saved. In one module."""

import os

from django.conf import settings
from django.core.files.storage import default_storage
from django.core.wsgi import get_wsgi_application
from django.http import HttpRequest, HttpResponse
from django.urls import path

settings.configure(
    SECRET_KEY="plain",
    ALLOWED_HOSTS=["127.0.0.1"],
    ROOT_URLCONF=__name__,
    MEDIA_ROOT=os.environ.get("PLAIN_ROOT", ""),
)


def upload(request: HttpRequest) -> HttpResponse:
    if request.method == "POST":
        default_storage.save(request.FILES["file"].name, request.FILES["file"])
    return HttpResponse("ok")


urlpatterns = [path("upload/", upload)]
application = get_wsgi_application()
