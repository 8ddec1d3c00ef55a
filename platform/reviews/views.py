"""The teacher's queue and desk."""

import uuid

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def queue(request: HttpRequest) -> HttpResponse:
    return render(request, "reviews/queue.html")


def desk(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    return render(request, "reviews/desk.html")


def draft(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    return render(request, "reviews/desk.html")


def release(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    return render(request, "reviews/desk.html")
