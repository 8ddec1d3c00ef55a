"""Several at the same moment, each on a database connection of its own."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

from django.db import connection, connections

PATIENCE_S = 30


def at_once(*acts: Callable[[], Any], expected: tuple[type[Exception], ...] = ()) -> list[Any]:
    """What each act gave, or the error of `expected` that it raised, in the order of the acts. Any other error fails.

    For tests with `django_db(transaction=True)`: what a test has not committed, another connection does not see.
    """
    gate = Barrier(len(acts))

    def run(act: Callable[[], Any]) -> Any:
        try:
            connection.ensure_connection()
            gate.wait(PATIENCE_S)
            return act()
        except expected as error:
            return error
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(acts)) as pool:
        running = [pool.submit(run, act) for act in acts]
        return [each.result(PATIENCE_S) for each in running]
