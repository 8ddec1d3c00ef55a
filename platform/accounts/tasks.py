"""Ids in, one service call, nothing else. Every task may run twice."""

from grading.queues import house_task, media_task

from .services import export, letters


@media_task
def pack(export_id: str) -> None:
    export.pack(export_id)


@house_task
def send_letters() -> None:
    letters.send_due()
    letters.forget_old()


@house_task
def look_after_exports() -> None:
    export.forget_old()
    for pk in export.waiting():
        pack.delay(pk)
