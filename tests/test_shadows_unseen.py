"""What a candidate says that grades along reaches nobody: every page and answer is the same with it and without it."""

import re
from difflib import unified_diff

import pytest
from django.urls import reverse

from grading.models import Autograde, Job, Performance
from tests import factories
from tests.policy import POLICY
from tests.test_permissions import world  # noqa: F401 — one of everything that an address can name

# Differs from one answer to the next by itself: tokens of forms, signatures of links, nonces of styles.
TOKEN = re.compile(rb'\b[A-Za-z0-9]{64}\b|:\w{6}:[\w-]{43}|data-nonce="[^"]+"')
# The lab is where a shadow is looked at; the house and its queues are the admins' too.
OUTSIDE = [name for name, row in POLICY.items() if "GET" in row.answers and not name.startswith("lab:")]


def pages(world, client, actor) -> dict[str, tuple[int, bytes]]:  # noqa: F811
    client.force_login(getattr(world, actor, None) or getattr(world.cast, actor))
    found = {}
    for name in OUTSIDE:
        response = client.get(reverse(name, args=POLICY[name].args(world)))
        found[name] = (response.status_code, TOKEN.sub(b"", response.getvalue()))
    return found


def grade_along() -> list[Autograde]:
    """A candidate has said another level of every recording, last of all, and is to look at each again."""
    candidate, said = factories.model(), []
    for performance in Performance.objects.filter(crop__isnull=False):
        shown = performance.autograde
        alone = {"level": 2.37, "low": 1, "high": 3, "visual": [0.1] * 10, "aural": [0.1] * 10, "fused": [0.1] * 10}
        said.append(factories.autograde(performance, model=candidate, shadow=True, **alone))
        Performance.objects.filter(pk=performance.pk).update(autograde=shown)
        factories.job(performance, Job.Kind.SHADOW)
    return said


@pytest.mark.parametrize("actor", ["student", "teacher", "head"])
def test_every_page_is_the_same_with_a_shadow_and_without_it(world, client, actor):  # noqa: F811
    pages(world, client, actor)  # what is done once, at the first look
    before = pages(world, client, actor)
    assert sum(status == 200 for status, _ in before.values()) > 25
    assert grade_along()
    after = pages(world, client, actor)
    assert {name: difference(before[name], after[name]) for name in before if before[name] != after[name]} == {}


def difference(one: tuple[int, bytes], other: tuple[int, bytes]) -> list[str]:
    lines = [answer.decode(errors="replace").splitlines() for _, answer in (one, other)]
    return list(unified_diff(*lines, lineterm="", n=0))


def test_nobody_asks_why_a_shadow_says_what_it_says(world, client_of):  # noqa: F811
    said = next(grade for grade in grade_along() if grade.performance == world.performance)
    asked = {"autograde": said.pk, "start": "0", "end": "10"}
    answer = client_of(world.cast.teacher).post(reverse("reviews:explain", args=[world.submission.pk]), asked)
    assert answer.status_code == 404
