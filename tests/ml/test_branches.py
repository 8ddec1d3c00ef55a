import pytest

import ml
from ml import branches
from ml.data.prepared import prepare_recording
from ml.media import picture_length
from tests.ml.media.files import clicks, film, numbered
from tests.ml.synthetic import PREPARATION


@pytest.mark.parametrize("frames", [61, 64, 90])
def test_what_is_heard_alone_has_as_many_clips_as_what_is_seen(tmp_path, frames):
    source = film(tmp_path / "film.mp4", numbered(frames), clicks(frames / 30 + 0.6))
    example = ml.LabelledExample(
        "1", tmp_path / "f", 5, 1.0, "a", "b", "train", proxy=source, duration=picture_length(source)
    )
    seen = prepare_recording(source, example.crop, PREPARATION, tmp_path / "prepared").firsts()
    heard = prepare_recording(source, example.crop, PREPARATION, tmp_path / "prepared", sees=False).firsts()
    assert len(heard) > len(seen)
    clips = list(branches.clips_of(example, tmp_path, PREPARATION, sees=False))
    assert [clip.start for clip in clips] == pytest.approx([first / PREPARATION.rate for first in seen])
