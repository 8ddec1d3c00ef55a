"""What a training worker finds out about where it runs, once, beside its work."""

import subprocess
from types import SimpleNamespace

import pytest

from grading import heartbeats
from grading.models import WorkerBeat


@pytest.fixture
def me(monkeypatch):
    monkeypatch.setattr(heartbeats, "me", heartbeats.Me())
    return heartbeats


def test_it_asks_another_process_and_writes_the_answer_with_its_beat(me, db):
    me.me.name, me.me.queue = "training@here", "training"
    me.look_around()
    me.write()
    told = WorkerBeat.objects.get().machine
    assert told["device"]
    assert told["gpus"] >= 0


def test_where_nothing_can_be_found_out_it_works_all_the_same(me, db, monkeypatch):
    def fail(*words, **wanted):
        raise subprocess.TimeoutExpired("ml.hardware", 1)

    monkeypatch.setattr(heartbeats.subprocess, "run", fail)
    me.me.name, me.me.queue = "training@here", "training"
    me.look_around()
    me.write()
    assert WorkerBeat.objects.get().machine == {}


@pytest.mark.parametrize(("queue", "looks"), [("training", 1), ("media", 0)])
def test_only_a_training_worker_looks(me, monkeypatch, queue, looks):
    begun = []
    monkeypatch.setattr(
        heartbeats.threading, "Thread", lambda **wanted: SimpleNamespace(start=lambda: begun.append(wanted["target"]))
    )
    queues = SimpleNamespace(consume_from={queue: None})
    me.remember("worker@here", SimpleNamespace(app=SimpleNamespace(amqp=SimpleNamespace(queues=queues))))
    assert len(begun) == looks
