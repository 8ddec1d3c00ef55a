"""Pages of the lab; each is filled by its own module."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def home(request: HttpRequest) -> HttpResponse:
    return render(request, "lab/home.html")


train = datasets = policy = history = house = roll_back = home


def dataset(request: HttpRequest, pk: int) -> HttpResponse:
    return render(request, "lab/home.html")


run = run_progress = stop = dataset


def model(request: HttpRequest, number: int) -> HttpResponse:
    return render(request, "lab/home.html")


card = promote = model
