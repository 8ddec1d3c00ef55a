"""The day on which the house trains, beside the number of labels that it waits for."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from grading.models import RetrainingPolicy

USUAL = {"min_new_labels": "20", "every_hours": "24"}


def day(days: int) -> str:
    return (timezone.localdate() + timedelta(days=days)).isoformat()


def test_a_day_is_kept_without_the_other_rule_and_taken_out_again(cast, client_of):
    client = client_of(cast.admin)
    client.post(reverse("lab:policy"), USUAL | {"on_date": day(3)})
    policy = RetrainingPolicy.current()
    assert (policy.enabled, policy.on_date) == (False, timezone.localdate() + timedelta(days=3))
    assert f'value="{day(3)}"' in client.get(reverse("lab:policy")).content.decode()
    client.post(reverse("lab:policy"), USUAL)
    assert RetrainingPolicy.current().on_date is None


def test_a_day_that_is_over_is_refused(cast, client_of):
    page = client_of(cast.admin).post(reverse("lab:policy"), USUAL | {"on_date": day(-1)})
    assert "This day is over" in page.content.decode()
    assert RetrainingPolicy.current().on_date is None


def test_a_day_that_waits_for_something_missing_does_not_hinder_the_other_rule(cast, client_of):
    RetrainingPolicy.current()
    RetrainingPolicy.objects.update(on_date=timezone.localdate() - timedelta(days=2))
    answer = client_of(cast.admin).post(
        reverse("lab:policy"), {"min_new_labels": "5", "every_hours": "24", "on_date": day(-2)}
    )
    assert answer["Location"] == reverse("lab:home")
    assert RetrainingPolicy.current().min_new_labels == 5


@pytest.mark.parametrize("who", ["teacher", "student", "nobody"])
def test_the_schedule_is_hidden_from_everyone_else(cast, client_of, who):
    client = client_of(getattr(cast, who))
    assert client.post(reverse("lab:policy"), USUAL | {"on_date": day(3)}).status_code == 404
    assert RetrainingPolicy.current().on_date is None
