"""Celery's own heartbeat, written down every ten seconds so that a page or `make doctor` can say who works."""

import logging
import time
from typing import Any

from celery.signals import celeryd_after_setup, heartbeat_sent, worker_shutting_down
from django.db import DatabaseError, connection

from grading.services import house

logger = logging.getLogger(__name__)

EVERY_SECONDS = 10
_me = {"name": "", "queue": "", "last": 0.0}


@celeryd_after_setup.connect
def remember(sender: str, instance: Any, **_: Any) -> None:
    _me.update(name=sender, queue=",".join(sorted(instance.app.amqp.queues.consume_from)))


@heartbeat_sent.connect
def write(**_: Any) -> None:
    if time.monotonic() - _me["last"] < EVERY_SECONDS:
        return
    try:
        house.beat(name=_me["name"], queue=_me["queue"])
        _me["last"] = time.monotonic()
    except DatabaseError as error:
        logger.warning("No heartbeat written: %s", error)
        connection.close()


@worker_shutting_down.connect
def leave(**_: Any) -> None:
    try:
        house.leave(name=_me["name"])
    except DatabaseError as error:
        logger.warning("Could not say goodbye: %s", error)
