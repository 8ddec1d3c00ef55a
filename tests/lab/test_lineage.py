from random import Random

import pytest
from django.urls import reverse

from grading.models import ModelVersion
from lab import lineage
from tests import factories
from tests.grading.factories import run

pytestmark = pytest.mark.django_db


def child(parent: ModelVersion, **fields) -> ModelVersion:
    return factories.model(run=run(start=parent), **fields)


def lanes(family: lineage.Family) -> dict[ModelVersion, int]:
    return {member.version: member.lane for member in family.members}


def test_a_single_version_is_a_point():
    only = factories.model()
    family = lineage.of(only)
    assert [member.version for member in family.members] == [only]
    assert (family.lines, family.lanes) == ((), 1)


def test_those_that_led_on_stay_in_one_lane_and_the_others_beside_it():
    root = factories.model()
    refused, second = child(root), child(root)
    third = child(second)
    other = child(root)
    found = lanes(lineage.everyone())
    assert found[root] == found[second] == found[third] == 0
    assert found[refused] > 0
    assert found[other] > 0


def test_a_lane_is_used_again_above_where_it_ended():
    root = factories.model()
    first, main = child(root), child(root)
    again, newest = child(main), child(main)
    found = lanes(lineage.everyone())
    assert found[first] == found[again] == 1
    assert found[newest] == 0


def test_no_two_lines_share_a_lane_at_one_height():
    dice = Random(4)
    grown = [factories.model()]
    for _ in range(59):
        grown.append(child(dice.choice(grown[-8:])))
    family = lineage.everyone()
    assert len(family.members) == 60
    spans = [(line.lane, line.row, line.parent_row) for line in family.lines if line.lane < lineage.MOST_LANES - 1]
    for lane, top, end in spans:
        others = [one for one in spans if one != (lane, top, end) and one[0] == lane]
        assert not any(top < other_top < end and other_end > end for _, other_top, other_end in others)
    assert family.lanes <= lineage.MOST_LANES


def test_a_version_stands_among_its_ancestors_and_descendants_alone():
    root = factories.model()
    own, cousin = child(root), child(root)
    grandchild = child(own)
    family = lineage.of(own)
    assert [member.version for member in family.members] == [grandchild, own, root]
    assert cousin not in lanes(family)
    assert [member.here for member in family.members] == [False, True, False]


def test_neighbours_that_learned_from_one_snapshot_are_joined():
    root = factories.model()
    first = child(root)
    trained = run(start=root)
    trained.dataset = first.run.dataset
    trained.save()
    second = factories.model(run=trained)
    shares = {member.version: member.shares_snapshot for member in lineage.everyone().members}
    assert shares == {second: False, first: True, root: False}


def test_it_takes_one_question(django_assert_num_queries):
    root = factories.model()
    child(child(root))
    with django_assert_num_queries(1):
        lineage.everyone()


def test_older_versions_than_a_page_holds_are_counted(cast, client_of, monkeypatch):
    monkeypatch.setattr(lineage, "MOST", 2)
    child(child(child(factories.model())))
    page = client_of(cast.admin).get(reverse("lab:models"))
    assert len(page.context["family"].members) == 2
    assert "2 older versions are kept" in page.content.decode()
