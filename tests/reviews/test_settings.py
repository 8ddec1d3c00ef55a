import json
import re

import pytest
from django.conf import settings

from reviews import keys
from reviews.models import DeskSettings

URL = "/review/settings/"


def put(client, **settings):
    return client.put(URL, json.dumps(settings), content_type="application/json")


def typed(**changed):
    """The form's fields, as they stand on the page but for what was changed."""
    return {f"key-{act}": changed.get(act, key) for act, (key, _, _) in keys.KEYS.items()}


def test_the_keys_the_desk_comes_with_do_one_thing_each():
    assert keys.changed({act: key for act, (key, _, _) in keys.KEYS.items()}) == {}


def test_the_desks_script_and_the_house_know_the_same_keys():
    """Each module of the desk adds its acts; tables of [act, key, label, …] stand in them."""
    scripts = "".join(path.read_text() for path in (settings.ROOT / "static/js/desk").rglob("*.mjs"))
    added = dict(re.findall(r'^\s+\["([a-z-]+)", "([^"]+)", gettext\("', scripts, re.MULTILINE))
    levels = {f"level-{level}" for level in range(1, 11)}
    assert "level-${level}" in scripts
    assert added == {act: key for act, (key, _, _) in keys.KEYS.items() if act not in levels | {"help"}}


def test_the_page_shows_every_key_and_what_it_does(cast, client_of):
    page = client_of(cast.teacher).get(URL).content.decode()
    for act, (_, label, _) in keys.KEYS.items():
        assert f'name="key-{act}"' in page
        assert label[1:] in page


def test_only_what_differs_is_kept(cast, client_of):
    answer = put(client_of(cast.teacher), keys={"remark": "m", "agree": "a"}, follow=False)
    assert answer.json() == {
        "sentence": "Saved",
        "keys": {"remark": "m"},
        "pause_while_writing": True,
        "follow": False,
    }
    kept = DeskSettings.of(cast.teacher)
    assert (kept.keys, kept.follow, kept.pause_while_writing) == ({"remark": "m"}, False, True)


def test_what_is_not_sent_stays_as_it_is(cast, client_of):
    client = client_of(cast.teacher)
    put(client, keys={"remark": "m"}, pause_while_writing=False)
    put(client, follow=False)
    kept = DeskSettings.of(cast.teacher)
    assert (kept.keys, kept.pause_while_writing, kept.follow) == ({"remark": "m"}, False, False)


@pytest.mark.parametrize(
    ("chosen", "words"),
    [
        ({"remark": "a"}, "cannot do two things"),
        ({"remark": "A"}, "cannot do two things"),
        ({"remark": "Escape"}, "Choose another key to a remark"),
        ({"remark": "Tab"}, "Choose another key"),
        ({"remark": "ab"}, "Choose another key"),
        ({"remark": ""}, "Choose another key"),
        ({"remark": 7}, "Choose another key"),
        ({"fly": "m"}, "nothing called"),
    ],
)
def test_a_key_that_cannot_be_used_changes_nothing(cast, client_of, chosen, words):
    answer = put(client_of(cast.teacher), keys=chosen)
    assert answer.status_code == 422
    assert words in answer.json()["sentence"]
    assert not DeskSettings.objects.exists()


def test_two_acts_may_change_keys_with_each_other(cast, client_of):
    assert put(client_of(cast.teacher), keys={"remark": "a", "agree": "r"}).status_code == 200


@pytest.mark.parametrize("body", ["", "[]", '{"keys": []}', '{"follow": "yes"}', "no json"])
def test_what_cannot_be_read_is_refused(cast, client_of, body):
    assert client_of(cast.teacher).put(URL, body, content_type="application/json").status_code == 400


def test_it_works_without_scripts(cast, client_of):
    client = client_of(cast.teacher)
    answer = client.post(URL, typed(play="Space", remark="m", release="") | {"follow": "on"})
    assert answer.url == URL
    kept = DeskSettings.of(cast.teacher)
    assert (kept.keys, kept.follow, kept.pause_while_writing) == ({"remark": "m"}, True, False)
    assert 'name="key-remark" value="m"' in client.get(URL).content.decode()


def test_a_form_with_one_key_for_two_keeps_what_was_typed(cast, client_of):
    page = client_of(cast.teacher).post(URL, typed(remark="a"))
    assert page.status_code == 422
    assert "cannot do two things" in page.content.decode()
    assert 'name="key-remark" value="a"' in page.content.decode()


def test_all_keys_come_back_by_one_button(cast, client_of):
    client = client_of(cast.teacher)
    put(client, keys={"remark": "m"})
    client.post(URL, typed(remark="m") | {"act": "default"})
    assert DeskSettings.of(cast.teacher).keys == {}


def test_everybody_has_their_own(cast, client_of):
    put(client_of(cast.teacher), keys={"remark": "m"})
    assert DeskSettings.of(cast.other_teacher).keys == {}
    assert 'name="key-remark" value="r"' in client_of(cast.other_teacher).get(URL).content.decode()


def test_whoever_teaches_nowhere_has_no_desk(cast, client_of):
    for who in (cast.student, cast.nobody):
        assert client_of(who).get(URL).status_code == 404
        assert put(client_of(who), follow=False).status_code == 404


def test_it_asks_a_bounded_number_of_queries(cast, client_of, django_assert_max_num_queries):
    client = client_of(cast.teacher)
    with django_assert_max_num_queries(8):  # session, person, teaches, settings (2), phrases, doors (2)
        client.get(URL)
