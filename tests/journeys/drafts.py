"""A desk whose draft is watched."""

import re

import pytest
from django.urls import reverse

from reviews.models import Draft


def desk(context, submission):
    page = context.new_page()
    page.goto(reverse("reviews:desk", args=[submission.pk]))
    page.locator("html[data-desk='ready']").wait_for()
    return page


def said(page, words):
    page.locator("[data-saved]", has_text=re.compile(f"^{words}")).wait_for()


def until(page, true):
    for _ in range(200):
        if true():
            return
        page.wait_for_timeout(50)
    pytest.fail("It never came true.")


def body():
    return Draft.objects.get().body
