"""One clock for the simulated year: Python's by time-machine, and the database's by a function of the same name."""

from datetime import datetime, timedelta
from types import TracebackType

import time_machine
from django.db import connection

# Services that need the one clock of all workers ask the database for it. Looked up before PostgreSQL's own.
FUNCTION = """
CREATE SCHEMA IF NOT EXISTS simulated;
CREATE TABLE IF NOT EXISTS simulated.shift (ahead interval NOT NULL);
DELETE FROM simulated.shift;
INSERT INTO simulated.shift VALUES ('0');
CREATE OR REPLACE FUNCTION simulated.clock_timestamp() RETURNS timestamptz LANGUAGE sql VOLATILE AS
$$ SELECT pg_catalog.clock_timestamp() + ahead FROM simulated.shift $$;
"""
SEARCH_PATH = "simulated,public,pg_catalog"


class Clock:
    """`with Clock(start) as clock: clock.move_to(later)`. Between moves time flows as it always does."""

    def __init__(self, start: datetime) -> None:
        self._travel = time_machine.travel(start, tick=True)
        self._start = start

    def __enter__(self) -> "Clock":
        with connection.cursor() as cursor:
            cursor.execute(FUNCTION)
            cursor.execute(f"SET search_path = {SEARCH_PATH}")
        self._traveller = self._travel.start()
        self._tell_database(self._start)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._travel.stop()
        with connection.cursor() as cursor:
            cursor.execute("RESET search_path")
            cursor.execute("DROP SCHEMA simulated CASCADE")

    def move_to(self, moment: datetime) -> None:
        self._traveller.move_to(moment)
        self._tell_database(moment)

    def _tell_database(self, moment: datetime) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_catalog.clock_timestamp()")
            ahead: timedelta = moment - cursor.fetchone()[0]
            cursor.execute("UPDATE simulated.shift SET ahead = %s", [ahead])
