"""Read, render, describe, foresee, judge."""

from __future__ import annotations

import argparse
import sys
import time
from dataclasses import replace
from pathlib import Path

import numpy as np

from ml.benchmarks.percepiano import midi, scoring, table
from ml.benchmarks.percepiano.features import KINDS, note_features, score_features, sound_features
from ml.benchmarks.percepiano.ratings import DEADPAN, Floats, Performance, Ratings
from ml.benchmarks.percepiano.rows import Row, average, one_hot, predict, ridge
from ml.benchmarks.percepiano.sound import GAIN, read_rendered, rendered
from ml.benchmarks.percepiano.splits import Split, splits


def measure(ratings: Ratings, font: Path, chosen: argparse.Namespace) -> tuple[str, str]:
    """The table in Markdown and in JSON. Raises sound.CannotRender, ValueError where no file can be read."""
    ratings, playings = _playable(ratings)
    performances = ratings.performances
    began = time.perf_counter()
    sounds = [rendered(playing, font, chosen.work / "sound") for playing in playings]
    _say(f"{len(sounds)} performances are sound, after {time.perf_counter() - began:.0f} s")
    rows = cheap_rows(performances, playings, sounds)
    if chosen.networks:
        rows += network_rows(sounds, chosen)
    every = splits(performances, playings, seed=chosen.seed)
    results = {name: judge(rows, ratings, every[name]) for name in chosen.splits}
    told = table.circumstances(
        chosen.seed,
        soundfont=f"{font.name}, gain {GAIN}, no reverb",
        networks=f"width {chosen.width}, pictures of {chosen.picture}, {chosen.epochs} epochs, from scratch"
        if chosen.networks
        else "not trained",
    )
    top = scoring.ceiling(ratings)
    return table.markdown(ratings, every, results, top, told), table.as_json(ratings, results, top, told)


def cheap_rows(performances: tuple[Performance, ...], playings: list[midi.Playing], sounds: list[Path]) -> list[Row]:
    """Controls, then what each kind of description adds."""
    names = one_hot(
        [p.work for p in performances],
        [p.passage for p in performances],
        [str(p.bars) for p in performances],
        [str(p.performer == DEADPAN) for p in performances],
    )
    described = [note_features(playing) for playing in playings]
    kinds = {kind: np.stack([one[kind] for one in described]) for kind in KINDS}
    rows = [Row("the mean", average), Row("names alone: passage, work, deadpan or not", ridge(names), "the mean")]
    notes, before = np.zeros((len(playings), 0)), "the mean"
    for kind in KINDS:
        notes = np.concatenate([notes, kinds[kind]], axis=1)
        name = f"notes: {kind}" if before == "the mean" else f"+ {kind}"
        rows.append(Row(name, ridge(notes), before))
        before = name
    beside = beside_score(performances, playings, notes)
    heard = np.stack([sound_features(read_rendered(sound)) for sound in sounds])
    rows.append(Row("notes, kernel", ridge(notes, kernel=True), before))
    rows.append(Row("notes beside the score's", ridge(beside), before))
    rows.append(Row("notes beside the score's, kernel", ridge(beside, kernel=True), "notes, kernel"))
    rows.append(Row("log-mel statistics", ridge(heard), "the mean"))
    rows.append(Row("log-mel statistics, kernel", ridge(heard, kernel=True), "log-mel statistics"))
    both = np.concatenate([beside, heard], axis=1)
    rows.append(Row("notes beside the score's and log-mel, kernel", ridge(both, kernel=True), rows[-3].name))
    _say("the notes and the sound are described")
    return rows


def beside_score(performances: tuple[Performance, ...], playings: list[midi.Playing], notes: Floats) -> Floats:
    """`notes`, their difference from the score's own, and the aligned departures; zeros where there is no score."""
    scores = {p.passage: index for index, p in enumerate(performances) if p.player == DEADPAN}
    own = [scores.get(performance.passage, index) for index, performance in enumerate(performances)]
    aligned = [score_features(playing, playings[score]) for playing, score in zip(playings, own, strict=True)]
    return np.concatenate([notes, notes - notes[own], np.stack(aligned)], axis=1)


def network_rows(sounds: list[Path], chosen: argparse.Namespace) -> list[Row]:
    from ml.benchmarks.percepiano.network import Training, listener, pictures, preparations

    training = Training(width=chosen.width, picture=chosen.picture, epochs=chosen.epochs, device=chosen.device)
    rows: list[Row] = []
    before = "the mean"
    for name, preparation in preparations(chosen.picture).items():
        heard = pictures(sounds, preparation, chosen.work / "pictures")
        _say(f"pictures made: {name}")
        rows.append(Row(name, listener(heard, training, seed=chosen.seed), before))
        before = name
    return rows


def judge(rows: list[Row], ratings: Ratings, split: Split) -> list[table.Judged]:
    labels = ratings.means
    passages = [performance.passage for performance in ratings.performances]
    deadpan = [performance.performer == DEADPAN for performance in ratings.performances]
    found: dict[str, scoring.Scores] = {}
    judged = []
    for row in rows:
        began = time.perf_counter()
        foreseen = predict(row, labels, split)
        seconds = time.perf_counter() - began
        found[row.name] = scoring.scores(labels, foreseen, split, passages, deadpan)
        added = scoring.gain(found[row.name], found[row.beside]) if row.beside else None
        judged.append(table.Judged(row.name, found[row.name], row.beside, added, seconds))
        _say(f"{split.name}, {row.name}: R² {found[row.name].r2.mean:.3f}")
    return judged


def _playable(ratings: Ratings) -> tuple[Ratings, list[midi.Playing]]:
    """Without the performances whose file cannot be read, which are named."""
    playings: list[midi.Playing] = []
    kept: list[int] = []
    left_out = list(ratings.left_out)
    for index, performance in enumerate(ratings.performances):
        try:
            playings.append(midi.read(performance.file.read_bytes()))
            kept.append(index)
        except midi.BadMidi as error:
            left_out.append(f"{performance.file.name}: {error}.")
    if not kept:
        raise ValueError("No MIDI file could be read.")
    for sentence in left_out:
        _say(sentence)
    return replace(
        ratings,
        performances=tuple(ratings.performances[index] for index in kept),
        answers=tuple(ratings.answers[index] for index in kept),
        raters=tuple(ratings.raters[index] for index in kept),
        left_out=tuple(left_out),
    ), playings


def _say(words: str) -> None:
    sys.stderr.write(f"{words}\n")
    sys.stderr.flush()
