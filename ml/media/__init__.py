"""Files to facts, proxies, pictures and sound: the only place that touches ffmpeg. No torch in here."""

from ml.media.decode import iter_frames, picture_length, picture_size, read_frames
from ml.media.facts import LIMITS, REFUSALS, WHOLE, Crop, Limits, MediaFacts, NotAPerformance
from ml.media.gauge import Gauged, gauge
from ml.media.picture import make_excerpt, make_poster
from ml.media.probe import probe
from ml.media.proxy import make_proxy
from ml.media.sound import is_silent, peaks, read_sound

__all__ = [
    "LIMITS",
    "REFUSALS",
    "WHOLE",
    "Crop",
    "Gauged",
    "Limits",
    "MediaFacts",
    "NotAPerformance",
    "gauge",
    "is_silent",
    "iter_frames",
    "make_excerpt",
    "make_poster",
    "make_proxy",
    "peaks",
    "picture_length",
    "picture_size",
    "probe",
    "read_frames",
    "read_sound",
]
