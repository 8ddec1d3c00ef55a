"""For strangers to listen to: `result_released`, sent after a result was released, with `result=`, and
`recording_refused`, sent after a recording was refused or could not be processed, with `performance=`.
"""

from django.dispatch import Signal

result_released = Signal()
recording_refused = Signal()
