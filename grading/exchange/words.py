"""Why an archive is not taken, as sentences for whoever sent it. A worker keeps the code and what was measured."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .rows import Wrong

SENTENCES = {
    "no_archive": gettext_lazy("This file is no archive (.zip), and no table of the chosen layout either."),
    "damaged": gettext_lazy("This file is damaged or cut off, or it is no archive of the kind it says it is."),
    "encrypted": gettext_lazy("The archive is locked with a password. Please pack it without one."),
    "too_many_files": gettext_lazy("There are more files in the archive than the %(most)s that are taken at once."),
    "too_large": gettext_lazy("Unpacked it would be larger than anything that is taken."),
    "no_room": gettext_lazy("There is not enough room on the disk to unpack this. Please make room and try again."),
    "strange_name": gettext_lazy("“%(file)s” is no name for a file in an archive: it could lie outside of it."),
    "same_name": gettext_lazy("Two files in the archive are both called “%(file)s”."),
    "link": gettext_lazy("“%(file)s” is a link to somewhere else, not a file."),
    "no_table": gettext_lazy("There is no “%(file)s” in it, which this layout needs. Was another layout meant?"),
    "not_ours": gettext_lazy("The first line does not say that this is Clavier's layout. Was another one meant?"),
    "version": gettext_lazy("It is of version %(value)s; this house reads version %(known)s."),
    "not_text": gettext_lazy("This is not plain text in UTF-8."),
    "not_json": gettext_lazy("This is not JSON that can be read."),
    "not_csv": gettext_lazy("This is not a table that can be read: a quotation mark may be open, or a cell too long."),
    "no_object": gettext_lazy("Something else stands here than named values in braces."),
    "no_tasks": gettext_lazy("These are not Label Studio's tasks, which stand in one list."),
    "long_line": gettext_lazy("This line is longer than any that is taken."),
    "too_many_rows": gettext_lazy("There are more rows than the %(most)s that are taken at once."),
    "no_column": gettext_lazy("The column “%(column)s” is missing."),
    "column_twice": gettext_lazy("Two columns have the same name."),
    "cells": gettext_lazy("There are %(count)s cells where %(needed)s belong."),
    "missing": gettext_lazy("“%(field)s” is missing."),
    "field": gettext_lazy("“%(field)s” cannot be “%(value)s”."),
    "level": gettext_lazy("A level is a whole number from 1 to 10, not “%(value)s”."),
    "mark": gettext_lazy("A criterion is marked by a whole number from 1 to 5; “%(field)s” has “%(value)s”."),
    "criteria": gettext_lazy("The criteria are not named by short words, or there are too many of them."),
    "unrated": gettext_lazy("Nobody has rated this recording."),
    "twice": gettext_lazy("The recording “%(id)s” stands here a second time; the first is in line %(other)s."),
    "rated_twice": gettext_lazy("“%(rater)s” has rated the recording “%(id)s” twice at the same time."),
    "two_results": gettext_lazy("Two ratings are both called the result of the recording “%(id)s”."),
    "contradicts": gettext_lazy("“%(field)s” is not what line %(other)s says of the same recording."),
    "nothing_leaves": gettext_lazy(
        "Nobody in this snapshot agrees to training any more, or no recording is kept whole."
    ),
    "nothing": gettext_lazy("There is no rated recording in it."),
    "no_file": gettext_lazy("The recording “%(file)s” is not in the archive, and this house does not have it either."),
    "other_file": gettext_lazy("“%(file)s” is not the recording that was packed: its content has changed."),
    "not_playable": gettext_lazy("“%(file)s” cannot be read as a video."),
    "other_recording": gettext_lazy("This house has another recording under the name “%(id)s”."),
    "outside": gettext_lazy("The frame reaches out of the picture, which is %(width)s × %(height)s pixels."),
    "two_parts": gettext_lazy(
        "“%(player)s” stands in two parts of the data; nobody may be learned from and tested on."
    ),
    "taken": gettext_lazy("Somebody signs in to this house as %(address)s, an address that only imports use."),
    "no_videos": gettext_lazy(
        "This is PISA's table as it was released, without its videos, and there is nothing to look at or listen to. "
        "Performances it tells of: %(count)s. Put their videos into the folder “%(folder)s” beside the table, named as "
        "the column “filename” says (the first is “%(example)s”) or by the name in their address, and pack both into "
        "one archive."
    ),
    "broke": gettext_lazy("Something went wrong in this house while it was read. The admin finds it in the log."),
}

UNITS = {
    "line": gettext_lazy("%(file)s, line %(line)s"),
    "row": gettext_lazy("%(file)s, row %(line)s"),
    "task": gettext_lazy("%(file)s, task %(line)s"),
}


def kept(wrong: Wrong) -> dict[str, Any]:
    """What a row keeps of it, for `sentence`."""
    place = wrong.place
    where = {"file": place.file, "line": place.line, "unit": place.unit} if place else {}
    return {"code": wrong.code, "told": wrong.told, "place": where}


def sentence(kept: Mapping[str, Any]) -> str:
    said = str(SENTENCES[kept["code"]] % kept["told"])
    place = kept["place"]
    if not place.get("file"):
        return said
    where = UNITS[place["unit"]] % place if place.get("line") else place["file"]
    return _("%(place)s: %(sentence)s") % {"place": where, "sentence": said}
