"""Thousands of waiting pages in one process: each asks, is told when to ask again, and does so, as waiting.mjs does."""

import asyncio
import random
import re
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

from .crowd import Page

AGAIN = re.compile(rb'data-again="(\d+)"')
FIRST_S = (1.6, 2.4)  # until a page that was just opened asks for the first time
PATIENCE_S = 30.0
ORDINARY_EVERY_S = 0.15


@dataclass
class Told:
    """Seconds that answers took, of waiting pages and of an ordinary one; and what went wrong."""

    waiting: list[float] = field(default_factory=list)
    ordinary: list[float] = field(default_factory=list)
    reloads: int = 0
    wrong: list[str] = field(default_factory=list)


async def crowd(port: int, pages: Sequence[Page], ordinary: Page, *, opened_in: float, seconds: float) -> Told:
    """Pages are opened over `opened_in` seconds; what is told is of the `seconds` after that."""
    told = Told()
    tasks = [asyncio.create_task(_wait(port, page, told, random.uniform(0, opened_in))) for page in pages]
    await asyncio.sleep(opened_in)
    told.waiting.clear()
    told.reloads = 0
    await _look_around(port, ordinary, told, seconds)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    return told


async def _wait(port: int, page: Page, told: Told, delay: float) -> None:
    await asyncio.sleep(delay + random.uniform(*FIRST_S))
    while True:
        status, body, took = await _ask(port, page, told)
        told.waiting.append(took)
        again = AGAIN.search(body)
        if status == 204:  # there is more to show: the page is loaded anew, and waits no more
            await _ask(port, Page(page.address.partition("progress/")[0], page.session), told)
            told.reloads += 1
            return
        if again is None:
            told.wrong.append(f"{status}: {body[:200]!r}")
            return
        await asyncio.sleep(int(again[1]) / 1000)


async def _look_around(port: int, page: Page, told: Told, seconds: float) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        status, _, took = await _ask(port, page, told)
        told.ordinary.append(took)
        if status != 200:
            told.wrong.append(f"{page.address}: {status}")
        await asyncio.sleep(ORDINARY_EVERY_S)


async def _ask(port: int, page: Page, told: Told) -> tuple[int, bytes, float]:
    """A connection for each: between two looks of a page the server has closed the last one."""
    began = time.perf_counter()
    try:
        async with asyncio.timeout(PATIENCE_S):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            head = f"GET {page.address} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n"
            writer.write(f"{head}Cookie: sessionid={page.session}\r\n\r\n".encode())
            answer = await reader.read(-1)
            writer.close()
        return int(answer[9:12]), answer.partition(b"\r\n\r\n")[2], time.perf_counter() - began
    except (OSError, TimeoutError, ValueError) as error:
        told.wrong.append(repr(error))
        return 0, b"", time.perf_counter() - began
