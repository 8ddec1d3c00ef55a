"""The one signal for strangers to listen to: sent after a result was released, with `result=`."""

from django.dispatch import Signal

result_released = Signal()
