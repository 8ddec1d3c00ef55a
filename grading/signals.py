"""For strangers to listen to: `result_released`, sent after a result was released, with `result=`, and
`recording_refused`, sent after a recording was refused or could not be processed, with `performance=`.

`ratings_imported` is sent inside the transaction in which ratings from elsewhere join a recording of this house, with
`performance=`, `source=`, `count=` and `by=`.

`shadow_changed` is sent inside the transaction in which a candidate begins or ends to grade along, with `version=`,
`by=` and `begun=`.

`alarm_raised` is sent inside the transaction that raises an alarm, with `alarm=`.
"""

from django.dispatch import Signal

result_released = Signal()
recording_refused = Signal()
ratings_imported = Signal()
shadow_changed = Signal()
alarm_raised = Signal()
