"""Whether something has moved: what comes in, what the model says, how far it is from the teachers, what it promises.

Pure statistics over plain rows; nothing here knows of a database. Every look says how far something moved, with its
95 % interval, and how seldom chance alone would do it. `budget` says from when on that is an alarm, so that a school in
which nothing changes hears a false one in a year out of twenty at most (docs/monitoring.md).

`watch.look` is all of it. numpy and scipy come with it: whoever asks for it imports it when it is asked.
"""
