import json
import os
import shutil
import struct
from pathlib import Path

import numpy as np
import pytest

from ml.__main__ import main
from ml.benchmarks.percepiano import midi, sound
from ml.benchmarks.percepiano.features import KINDS, matched, note_features, score_features, sound_features
from ml.benchmarks.percepiano.midi import BadMidi, Note, Playing
from ml.benchmarks.percepiano.ratings import parse_name, read_ratings
from ml.benchmarks.percepiano.rows import Row, average, predict, ridge
from ml.benchmarks.percepiano.scoring import (
    Draws,
    _agreeing,
    agreement,
    ceiling,
    fold_r_squared,
    pairs_of,
    r_squared,
    reliability_of,
)
from ml.benchmarks.percepiano.splits import Split, folds, splits

DATA = Path(os.environ.get("CLAVIER_DATA", Path(__file__).resolve().parents[4] / "shared" / "data")) / "percepiano"
HEAD = "rater,performance,Even,Loud\n"
needs_fluidsynth = pytest.mark.skipif(sound.soundfont() is None, reason=sound.ABSENT)


def file_of(*tracks: bytes, form: int = 0, division: int = 480) -> bytes:
    chunks = b"".join(struct.pack(">4sI", b"MTrk", len(track)) + track for track in tracks)
    return struct.pack(">4sIHHH", b"MThd", 6, form, len(tracks), division) + chunks


END = bytes.fromhex("00ff2f00")


def r2(labels: np.ndarray, guessed: np.ndarray) -> float:
    return float(r_squared(labels[:, None], guessed[:, None], Draws(np.zeros(len(labels), int), np.ones((1, 1))))[0, 0])


def scale(first: int = 60, *, velocity: int = 64, step: float = 0.25, shift: float = 0.0) -> Playing:
    notes = tuple(Note(shift + step * k, shift + step * (k + 0.8), first + k, velocity + k) for k in range(8))
    return Playing(notes, sustain=((0.1, 127), (0.6, 0)))


def write_data(
    root: Path, rows: list[str], *, passages: int = 4, players: tuple[str, ...] = ("1", "2", "Score")
) -> None:
    (root / "midi").mkdir(parents=True)
    works = ("Beethoven_WoO80_var3", "Schubert_D960_mv2", "Schubert_D960_mv3")
    for number in range(passages):
        for place, player in enumerate(players):
            name = f"{works[number % 3]}_8bars_{player}_{number + 1}"
            playing = scale(40 + 9 * number, velocity=50 + 8 * place, step=0.2 + 0.05 * place)
            (root / "midi" / f"{name}.mid").write_bytes(midi.write(playing))
            for rater in range(5):
                rows.append(f"r{rater},{name},{1 + (place + rater + number) % 7}.0,{1 + (2 * place + rater) % 7}.0")
    (root / "ratings.csv").write_text(HEAD + "\n".join(rows) + "\n")


def test_a_note_is_read_at_its_second_with_its_velocity():
    track = bytes.fromhex("00903c40 8360803c40") + END  # 480 ticks at 120 to the minute: half a second
    assert midi.read(file_of(track)).notes == (Note(0.0, 0.5, 60, 64),)


def test_running_status_and_velocity_zero_are_understood():
    track = bytes.fromhex("00903c40 003e41 83603c00 003e00") + END
    assert midi.read(file_of(track)).notes == (Note(0.0, 0.5, 60, 64), Note(0.0, 0.5, 62, 65))


def test_the_tempo_changes_in_the_middle_of_a_note():
    faster = bytes.fromhex("8170ff510303d090")  # after 240 ticks 250,000 microseconds per quarter note
    track = bytes.fromhex("00903c40") + faster + bytes.fromhex("8170803c40") + END
    assert midi.read(file_of(track)).notes[0].offset == pytest.approx(0.25 + 0.125)


def test_a_tempo_track_of_its_own_rules_the_other_tracks_of_format_1():
    tempo = bytes.fromhex("00ff51030f4240") + END  # a second to the quarter note
    notes = bytes.fromhex("00903c40 8360803c40") + END
    assert midi.read(file_of(tempo, notes, form=1)).notes[0].offset == pytest.approx(1.0)


def test_pedals_are_read_and_other_events_passed_over():
    track = bytes.fromhex("00ff0302686900f00343127f00c00000b0407f00b0432000903c408360803c4000e00040") + END
    playing = midi.read(file_of(track))
    assert (playing.sustain, playing.soft) == (((0.0, 127),), ((0.0, 32),))


def test_a_note_struck_again_ends_where_it_is_struck():
    track = bytes.fromhex("00903c40 8360903c50 8360803c40") + END
    assert [(n.onset, n.offset) for n in midi.read(file_of(track)).notes] == [(0.0, 0.5), (0.5, 1.0)]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"RIFF" + bytes(20),
        file_of(bytes.fromhex("00903c40"))[:-2],
        file_of(END),
        file_of(bytes.fromhex("003c40") + END),
        file_of(bytes.fromhex("0090ff40") + END),
        file_of(bytes.fromhex("ffffffffff903c40") + END),
        file_of(bytes.fromhex("00903c")),
        file_of(bytes.fromhex("00903c40") + END, division=0xE250),
        file_of(bytes.fromhex("00903c40") + END, form=2),
        struct.pack(">4sIHHH", b"MThd", 6, 1, 3, 480),
    ],
)
def test_what_is_no_midi_file_is_refused_in_words(data):
    with pytest.raises(BadMidi, match=r"\w+ \w+"):
        midi.read(data)


def test_every_truncation_of_a_file_is_refused_or_read_but_never_breaks():
    whole = midi.write(scale())
    for length in range(len(whole)):
        with pytest.raises(BadMidi):
            midi.read(whole[:length])


def test_what_is_written_is_read_again():
    back = midi.read(midi.write(scale(), tail=1.5))
    assert [(n.pitch, n.velocity) for n in back.notes] == [(n.pitch, n.velocity) for n in scale().notes]
    assert [n.onset for n in back.notes] == pytest.approx([n.onset for n in scale().notes], abs=0.001)
    assert [value for _, value in back.sustain] == [127, 0]


def test_a_pedal_long_after_the_last_note_is_not_written():
    playing = Playing((Note(0, 1, 60, 64),), sustain=((0.5, 127), (60.0, 0)))
    assert len(midi.read(midi.write(playing, tail=1.5)).sustain) == 1


def test_the_player_stands_before_the_segment(tmp_path):
    performance = parse_name("Schubert_D960_mv2_8bars_10_03", tmp_path)
    assert (performance.player, performance.segment, performance.work) == ("10", "03", "Schubert_D960_mv2")
    assert performance.passage == parse_name("Schubert_D960_mv2_8bars_Score_03", tmp_path).passage
    assert parse_name("Beethoven_WoO80_var3_8bars_Score2_2", tmp_path).performer == "Score"
    assert parse_name("Chopin_op10_8bars_1_2", tmp_path) is None
    assert parse_name("Schubert_D960_mv2_1_2", tmp_path) is None


def test_duplicates_are_dropped_and_everything_unusable_is_named(tmp_path):
    name = "Beethoven_WoO80_var3_8bars_1_1"
    rows = [f"x,{name},7.0,0", f"x,{name},7.0,0", f"x,{name},3.0,", f"y,{name},,0", "too,short", f"z,{name},9,1"]
    rows += ["x,Nobody_8bars_1_1,3,3", "x,Beethoven_WoO80_var4_8bars_1_1,3,3"]
    write_data(tmp_path, rows, passages=1, players=("1", "2"))
    (tmp_path / "midi" / "Nobody_8bars_1_1.mid").write_bytes(midi.write(scale()))
    (tmp_path / "midi" / "Beethoven_WoO80_var5_8bars_1_1.mid").write_bytes(midi.write(scale()))
    ratings = read_ratings(tmp_path)
    assert (ratings.rows, ratings.duplicates, ratings.again) == (18, 1, 1)
    assert len(ratings.performances) == 2
    assert ratings.raters[0] == ("x", "r0", "r1", "r2", "r3", "r4")
    assert ratings.answers[0][0] == pytest.approx([5.0, np.nan], nan_ok=True)  # 7 and 3 of one rater; 0 is no answer
    said = " ".join(ratings.left_out)
    for word in ("Line 6", "Line 7", "answer nothing: 5", "Nobody_8bars", "var4", "var5"):
        assert word in said


def test_an_unknown_scale_is_refused_with_those_there_are(tmp_path):
    write_data(tmp_path, [], passages=1)
    with pytest.raises(ValueError, match=r"called Sweet.*Even, Loud"):
        read_ratings(tmp_path, scales=("Sweet",))


def test_no_group_stands_on_both_sides_and_everything_is_foreseen_once(tmp_path):
    write_data(tmp_path, [], passages=9)
    performances = read_ratings(tmp_path).performances
    playings = [midi.read(performance.file.read_bytes()) for performance in performances]
    for split in splits(performances, playings, seed=3).values():
        tested = np.concatenate([test for _, test in split.folds])
        assert sorted(tested) == list(range(len(performances)))
        for train, test in split.folds:
            assert not {split.groups[i] for i in train} & {split.groups[i] for i in test}
            assert len(train) + len(test) == len(performances)


def test_passages_that_share_their_notes_are_one_music_even_transposed_ones_are_not(tmp_path):
    long = Playing(scale(40).notes + scale(70, shift=3).notes)
    playings = [long, scale(40), scale(70), scale(41)]
    names = [f"Schubert_D960_mv3_{16 if k == 0 else 8}bars_Score_0{k}" for k in range(4)]
    performances = [parse_name(name, tmp_path) for name in names]
    music = splits(performances, playings, seed=1)["leave-music-out"].groups
    assert music[0] == music[1] == music[2]
    # The scale a semitone higher shares the runs of pitches 41 to 47 with the first: two of its three.
    assert music[3] == music[0]
    far = splits(performances, [*playings[:3], scale(90)], seed=1)["leave-music-out"].groups
    assert far[3] != far[0]


def test_folds_are_about_equally_large():
    sizes = [len(test) for _, test in folds([str(k // 3) for k in range(48)], 4, seed=5)]
    assert sizes == [12, 12, 12, 12]


def test_r_squared_is_as_counted_by_hand():
    labels, guessed = np.array([1.0, 2.0, 3.0, 6.0]), np.array([1.0, 2.0, 4.0, 5.0])
    assert r2(labels, guessed) == pytest.approx(1 - 2 / 14)
    assert r2(labels, np.full(4, 3.0)) == pytest.approx(0.0)
    draws = Draws(np.arange(4), np.array([[2.0, 1, 1, 0]]))
    doubled = np.array([1.0, 1, 2, 3])
    drawn = r_squared(labels[:, None], guessed[:, None], draws)[0, 0]
    assert drawn == pytest.approx(1 - 1 / ((doubled - doubled.mean()) ** 2).sum())


def test_a_cluster_drawn_twice_brings_its_pairs_twice_and_across_two_as_their_product():
    labels, guessed = np.array([[1.0], [3.0], [5.0]]), np.array([[2.0], [1.0], [3.0]])  # only the first pair is wrong
    pairs = pairs_of(["x"] * 3)
    within = Draws(np.zeros(3, int), np.array([[1.0], [2.0]]))
    assert _agreeing(labels, guessed, pairs, within)[:, 0] == pytest.approx([2 / 3, 2 / 3])
    across = Draws(np.arange(3), np.array([[1.0, 1, 1], [2, 1, 0], [1, 0, 2]]))
    assert _agreeing(labels, guessed, pairs, across)[:, 0] == pytest.approx([2 / 3, 0, 1])
    mixed = Draws(np.array([0, 0, 1]), np.array([[1.0, 1.0], [3.0, 2.0]]))
    assert _agreeing(labels, guessed, pairs, mixed)[1, 0] == pytest.approx((6 + 6) / (3 + 6 + 6))


def test_r_squared_by_fold_takes_each_folds_own_mean():
    labels, guessed = np.array([[1.0], [3.0], [11.0], [13.0]]), np.array([[1.0], [2.0], [12.0], [12.0]])
    assert fold_r_squared(labels, guessed, [np.array([0, 1]), np.array([2, 3])]) == pytest.approx((0.5 + 0.0) / 2)


def test_pairs_within_a_passage_count_when_far_enough_apart_and_no_preference_is_half_right():
    pairs = pairs_of(["a", "b", "a", "a"])
    assert pairs.tolist() == [[0, 2], [0, 3], [2, 3]]
    counts, right = agreement(np.array([1.0, 9, 1.4, 3]), np.array([1.0, 0, 5, 1]), pairs)
    assert counts.tolist() == [0, 1, 1]  # 1 and 1.4 are a tie
    assert right.tolist() == [1, 0.5, 0]


def test_ridge_finds_a_line_and_the_mean_does_not():
    dice = np.random.default_rng(0)
    values = dice.normal(size=(120, 3))
    labels = np.stack([values @ [1.0, -2, 0], dice.normal(size=120)], axis=1)
    groups = tuple(str(k // 4) for k in range(120))
    split = Split("by hand", groups, groups, folds(groups, 4, seed=0))
    foreseen = predict(Row("line", ridge(values)), labels, split)
    assert r2(labels[:, 0], foreseen[:, 0]) > 0.99
    assert r2(labels[:, 1], foreseen[:, 1]) < 0.1
    assert r2(labels[:, 0], predict(Row("mean", average), labels, split)[:, 0]) <= 0


def test_a_kernel_finds_a_bend_that_a_line_misses():
    values = np.linspace(-2, 2, 160)[:, None]
    labels = values**2
    groups = tuple(map(str, range(160)))
    split = Split("by hand", groups, groups, folds(groups, 4, seed=0))
    straight, bent = (predict(Row("", ridge(values, kernel=kernel)), labels, split) for kernel in (False, True))
    assert r2(labels[:, 0], straight[:, 0]) < 0.1
    assert r2(labels[:, 0], bent[:, 0]) > 0.9


def test_features_hear_force_pace_and_pedal():
    calm, loud, fast = (note_features(p) for p in (scale(), scale(velocity=90), scale(step=0.125)))
    assert set(calm) == set(KINDS)
    assert not np.allclose(calm["dynamics"], loud["dynamics"])
    assert np.allclose(calm["timing"], loud["timing"])
    assert fast["timing"][1] == pytest.approx(2 * calm["timing"][1])
    dry = note_features(Playing(scale().notes))["pedal"]
    assert not dry.any()
    assert calm["pedal"][0] == pytest.approx(0.5 / scale().end)


def test_every_feature_is_finite_for_a_single_note():
    one = Playing((Note(0, 1, 60, 64),))
    assert all(np.isfinite(values).all() for values in note_features(one).values())
    assert np.isfinite(score_features(one, one)).all()
    assert np.isfinite(sound_features(np.zeros(10, np.float32))).all()


def test_the_score_is_matched_note_by_note_and_the_tempo_comes_out():
    slow = scale(step=0.5)
    assert len(matched(slow, scale())) == 8
    assert score_features(slow, scale())[0] == pytest.approx(np.log(2))
    assert score_features(scale(), scale())[0] == pytest.approx(0)
    doubled = Playing((*scale().notes, Note(2.5, 2.6, 60, 40)))
    assert 60 not in {played.pitch for played, _ in matched(doubled, scale())}


def test_loudness_survives_in_the_statistics_of_the_sound():
    tone = np.sin(np.arange(44_100) * 0.06).astype(np.float32)
    assert (sound_features(tone * 0.1)[:10] < sound_features(tone)[:10]).any()


def test_one_rater_is_judged_against_the_mean_of_the_others(tmp_path):
    rows = []
    for number in range(1, 9):
        for rater in range(5):
            rows.append(f"p{rater},Schubert_D960_mv2_8bars_{number}_1,{1 + number % 4 + (rater == 4)}.0,{1 + rater}.0")
    write_data(tmp_path, rows, passages=0)
    for number in range(1, 9):
        (tmp_path / "midi" / f"Schubert_D960_mv2_8bars_{number}_1.mid").write_bytes(midi.write(scale()))
    ratings = read_ratings(tmp_path, scales=("Even",))
    top = ceiling(ratings)
    assert top.answers == 40
    assert top.pairs.mean == 1.0  # they order alike, though one rater is a point higher
    assert top.r2.mean < top.line_r2.mean < 1
    assert 0.8 < reliability_of(ratings, 0) < 1


def test_without_fluidsynth_it_says_how_to_install_it(monkeypatch, tmp_path, capsys):
    monkeypatch.setattr(shutil, "which", lambda _: None)
    assert main(["benchmark", "percepiano", "--root", str(tmp_path)]) == 0
    assert "apt-get install fluidsynth fluid-soundfont-gm" in capsys.readouterr().out


@needs_fluidsynth
def test_a_folder_without_ratings_is_told(tmp_path, capsys):
    assert main(["benchmark", "percepiano", "--root", str(tmp_path)]) == 2
    assert "no ratings.csv" in capsys.readouterr().err


@needs_fluidsynth
def test_louder_keys_sound_louder_and_the_sound_ends_after_the_last_note(tmp_path):
    font = sound.soundfont()
    soft, hard = (sound.rendered(scale(velocity=v), font, tmp_path) for v in (20, 100))
    assert np.abs(sound.read_rendered(hard)).max() > 3 * np.abs(sound.read_rendered(soft)).max() > 0
    assert len(sound.read_rendered(soft)) == round((scale().end + sound.TAIL) * sound.RATE)
    made = soft.stat().st_mtime_ns
    assert sound.rendered(scale(velocity=20), font, tmp_path).stat().st_mtime_ns == made


@needs_fluidsynth
def test_every_row_is_measured_and_no_weights_are_kept(tmp_path, capsys):
    write_data(tmp_path / "data", [], passages=3)
    (tmp_path / "data" / "midi" / "Beethoven_WoO80_var3_8bars_1_1.mid").write_bytes(b"broken")
    words = ["benchmark", "percepiano", "--root", str(tmp_path / "data"), "--out", str(tmp_path / "out")]
    words += ["--work", str(tmp_path / "work"), "--width", "4", "--picture", "32", "--epochs", "1"]
    assert main([*words, "--splits", "leave-work-out"]) == 0
    told = json.loads((tmp_path / "out" / "percepiano.json").read_text())
    rows = [row["row"] for row in told["splits"]["leave-work-out"]]
    assert "aural branch, 3.5 seconds, fixed reference" in rows
    assert len(rows) == len(set(rows)) == 16
    assert told["performances"] == 8
    assert any("Beethoven_WoO80_var3_8bars_1_1.mid" in sentence for sentence in told["left_out"])
    assert {"command", "commit", "seed", "hardware"} <= set(told["about"])
    table = (tmp_path / "out" / "percepiano.md").read_text()
    assert table.strip() == capsys.readouterr().out.strip()
    assert "published: frozen large encoder" in table
    assert {path.suffix for path in tmp_path.rglob("*") if path.is_file()} <= {
        ".mid",
        ".csv",
        ".wav",
        ".npy",
        ".md",
        ".json",
    }


@pytest.mark.skipif(not DATA.exists(), reason="PercePiano is not beside the project")
def test_the_released_data_are_read_whole():
    ratings = read_ratings(DATA)
    assert (len(ratings.performances), len(ratings.scales)) == (1085, 19)
    assert (ratings.rows, ratings.duplicates) == (14_082, 2_200)
    assert len({performance.passage for performance in ratings.performances}) == 86


@needs_fluidsynth
@pytest.mark.skipif(not DATA.exists(), reason="PercePiano is not beside the project")
def test_a_few_real_passages_are_measured(tmp_path, capsys):
    words = ["benchmark", "percepiano", "--root", str(DATA), "--limit", "1", "--work", str(tmp_path), "--no-networks"]
    assert main([*words, "--scales", "MusicMaking_Fast_Slow", "--splits", "leave-performer-out"]) == 0
    assert "| MusicMaking_Fast_Slow |" in capsys.readouterr().out


def test_many_lines_are_named_in_ranges():
    from ml.benchmarks.percepiano.ratings import in_ranges

    assert in_ranges([3, 7, 8, 9, 12, 13]) == "3, 7 to 9, 12 to 13"
