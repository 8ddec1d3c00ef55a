import itertools

import pytest

from ml.preparation import Preparation, paper


@pytest.mark.parametrize("count", [1, 15, 16, 17, 32, 100, 451])
def test_the_clips_cover_every_frame_and_none_reaches_past_the_end(count):
    starts = Preparation().first_frames(count)
    seen = {frame for start in starts for frame in range(start, start + 16)}
    assert set(range(count)) <= seen
    assert starts[-1] + 16 <= max(16, count)
    assert len(set(starts)) == len(starts)


@pytest.mark.parametrize("clips", [1, 4, 10, 11, 12, 29])
def test_the_windows_cover_every_clip_and_move_by_two(clips):
    windows = Preparation().windows(clips)
    assert {clip for window in windows for clip in window} == set(range(clips))
    assert all(len(window) == min(10, clips) for window in windows)
    assert all(0 < b.start - a.start <= 2 for a, b in itertools.pairwise(windows))


def test_a_clip_hears_more_than_it_sees_in_our_recipe_and_the_same_in_the_papers():
    assert Preparation().heard_seconds > 3 * Preparation().clip_seconds
    assert paper().heard_seconds == paper().clip_seconds == pytest.approx(16 / 30)
