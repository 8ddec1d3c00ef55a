"""What holds for every page: the content policy, and nothing in the page that it would block."""

import re

import pytest

from core.middleware import POLICY
from tests import factories


@pytest.fixture
def pages(cast, client_of, house):
    performance = factories.media(factories.performance(player=cast.student))
    factories.autograde(performance, model=factories.model(champion=True, starter=True))
    submission = factories.submission(student=cast.student, assignment=cast.assignment, performance=performance)
    student, teacher, admin = client_of(cast.student), client_of(cast.teacher), client_of(cast.admin)
    return {
        "sign in": client_of(None).get("/sign-in/"),
        "join": client_of(None).get("/join/"),
        "home": admin.get("/"),
        "course": teacher.get(f"/courses/{cast.course.pk}/"),
        "assignment": student.get(f"/assignments/{cast.assignment.pk}/"),
        "submission": student.get(f"/submissions/{submission.pk}/"),
        "profile": student.get("/profile/"),
    }


def test_every_page_carries_the_policy_and_nothing_inline(pages):
    policy = "; ".join(f"{directive} {sources}" for directive, sources in POLICY.items())
    for name, response in pages.items():
        page = response.content.decode()
        assert response["Content-Security-Policy"] == policy, name
        assert not re.search(r"\sstyle=|<style|\son[a-z]+=", page), name
        assert re.findall(r"<script(?![^>]*\bsrc=)(?![^>]*application/json)", page) == [], name
        assert "//cdn" not in page, name


def test_every_page_has_one_h1_a_way_past_the_header_and_at_most_one_primary_button(pages):
    for name, response in pages.items():
        page = response.content.decode()
        assert page.count("<h1") == 1, name
        assert 'href="#main"' in page, name
        assert page.count("button--primary") <= 1, name
