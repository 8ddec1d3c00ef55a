import json
from dataclasses import replace

import pytest

from ml import checkpoint
from ml.__main__ import main
from ml.data.pisa import PisaError
from ml.models.variants import NAMES, UnknownVariant
from ml.pisa.learn import Recipe
from ml.pisa.media import Layout
from ml.pisa.run import JSON, MARKDOWN, Order, names, published_of, run
from ml.preparation import paper
from tests.ml.pisa.released import PLAYED, SAMPLES, TEST

SMALL = replace(paper(), resize=(36, 48), side=32, picture=32)
BOTH = "resnet18-3d+resnet18-2d"
TESTED = len(TEST) * SAMPLES
LEARNED = len(PLAYED) * SAMPLES - TESTED


def order(root, out, *variants, epochs=1, **more):
    recipe = Recipe(epochs=epochs, learning_rate=1e-3)
    return Order(Layout(root), out, variants, preparation=SMALL, width=4, recipe=recipe, **more)


def test_the_command_trains_and_judges_a_fused_and_a_unimodal_row(played, tmp_path, capsys):
    out = tmp_path / "out"
    words = ["--root", played, "--out", out, "--variant", f"{BOTH},resnet18-2d", "--scheme", "contiguous"]
    trial = ["--epochs", "1", "--limit", "2", "--width", "4", "--workers", "1"]
    assert main(["pisa", *map(str, words), *trial]) == 0
    said = capsys.readouterr().out
    assert said == (out / MARKDOWN).read_text()
    assert "| resnet18-2d | – | 53.36 (PISA) |" in said
    assert "the papers' own protocol" in said
    assert "nearest training performance by crop box and frame rate" in said
    told = json.loads((out / JSON).read_text())
    assert [protocol["name"] for protocol in told["protocols"]] == ["released", "repaired"]
    fused, alone = told["protocols"][0]["rows"]
    assert set(fused["branches"]) == {"visual", "aural", "fused"}
    assert set(fused["shuffled"]) == {"shuffled_visual", "shuffled_aural"}
    assert set(alone["branches"]) == {"aural", "fused"}
    assert fused["started_from"] == {"visual": "fresh", "aural": "fresh"}
    served = checkpoint.load(out / fused["checkpoint"]).about
    assert (served.variant.name, served.recipe["protocol"], served.preparation.side) == (BOTH, "released", 112)


def test_the_table_holds_every_figure_with_its_interval_beside_the_controls(played, tmp_path):
    table = run(order(played, tmp_path, BOTH, epochs=2))
    assert table.left_out == ()
    released, repaired = table.protocols
    assert (released.train, released.validation, released.test) == (LEARNED, 0, TESTED)
    assert repaired.validation > 0
    assert repaired.train + repaired.validation + repaired.test == LEARNED + TESTED
    for protocol in table.protocols:
        assert set(protocol.controls) == {"majority", "metadata", "box"}
        for figures in (protocol.rows[0].branches["fused"], *protocol.controls.values()):
            assert 0 <= figures.exact.low <= figures.exact.value <= figures.exact.high <= 1
            assert figures.exact.value <= figures.within_one.value
    page = table.to_markdown()
    assert page.count(f"| {BOTH} | 1:1 | 70.80 (2023) |") == 2


def test_the_same_seed_gives_the_same_figures(played, tmp_path):
    first, again = (
        run(order(played, tmp_path / name, "resnet18-2d", epochs=2, prepared=tmp_path / "prepared"))
        for name in ("first", "again")
    )
    assert [protocol.rows[0].branches for protocol in first.protocols] == [
        protocol.rows[0].branches for protocol in again.protocols
    ]


def test_the_repaired_protocol_takes_the_epoch_the_validation_part_likes_best(played, tmp_path):
    lines = []
    table = run(order(played, tmp_path, "resnet18-2d", epochs=4), lines.append)
    errors = [float(line.split("validation ")[1].split()[0]) for line in lines if "validation" in line]
    assert len(errors) == 4
    released, repaired = table.protocols
    assert errors[repaired.rows[0].epoch - 1] == min(errors)
    assert released.rows[0].epoch == 4


def test_missing_and_broken_media_are_named_and_counted_and_left_out(own, tmp_path):
    (own / "audio" / "4.wav").unlink()
    broken = own / "video" / "8" / "000005.jpg"
    cut = broken.read_bytes()[:-200]
    broken.unlink()
    broken.write_bytes(cut)
    lines = []
    table = run(order(own, tmp_path, BOTH, protocols=("released",)), lines.append)
    assert lines[0] == "4 samples left out, for 2 unusable files:"
    assert set(lines[1:3]) == {
        "audio/4.wav: is missing (2 samples left out)",
        "video/8/000005.jpg: is broken, or no JPEG (2 samples left out)",
    }
    assert set(lines[:3]) == set(table.left_out)
    assert (table.protocols[0].train, table.protocols[0].test) == (LEARNED - SAMPLES, TESTED - SAMPLES)
    assert "audio/4.wav: is missing" in (tmp_path / MARKDOWN).read_text()


def test_a_row_that_only_listens_needs_no_pictures(own, tmp_path):
    for path in (own / "video").rglob("*.jpg"):
        path.unlink()
    table = run(order(own, tmp_path, "resnet18-2d", protocols=("released",)))
    assert table.left_out == ()


@pytest.mark.parametrize("damage", [b"", b"RIFF\x00\x00\x00\x00WAVE", b"not a sound at all" * 100])
def test_a_sound_that_is_none_is_named(own, tmp_path, damage):
    sound = own / "audio" / "9.wav"
    sound.unlink()
    sound.write_bytes(damage)
    table = run(order(own, tmp_path, "resnet18-2d", protocols=("released",)))
    assert any(line.startswith("audio/9.wav: ") for line in table.left_out)


def test_too_few_frames_and_too_short_a_sound_are_named(own, tmp_path):
    for path in sorted((own / "video" / "7").iterdir())[10:]:
        path.unlink()
    sound = own / "audio" / "8.wav"
    short = sound.read_bytes()[:20_000]
    sound.unlink()
    sound.write_bytes(short)
    told = "\n".join(run(order(own, tmp_path, BOTH, protocols=("released",))).left_out)
    assert "video/7: has 10 frames, too few for its samples" in told
    assert "audio/8.wav: lasts 0.2 s, too short for its samples" in told


def test_nothing_left_to_learn_from_is_said_in_a_sentence(own, tmp_path, capsys):
    for path in (own / "audio").iterdir():
        path.unlink()
    with pytest.raises(PisaError, match="nothing left to learn from"):
        run(order(own, tmp_path, "resnet18-2d"))
    assert main(["pisa", "--root", str(own), "--out", str(tmp_path), "--variant", "resnet18-2d", "--limit", "1"]) == 2
    assert "audio/1.wav: is missing" in capsys.readouterr().err


def test_folders_may_have_other_names(own, tmp_path):
    (own / "audio").rename(own / "wav")
    (own / "Annotations").rename(tmp_path / "elsewhere")
    layout = Layout(own, sound="wav")
    asked = replace(order(own, tmp_path, "resnet18-2d"), layout=layout, annotations=tmp_path / "elsewhere")
    with pytest.raises(PisaError, match="neither in"):
        run(asked)
    (tmp_path / "elsewhere").rename(tmp_path / "Annotations")
    assert run(replace(asked, annotations=tmp_path, protocols=("released",))).left_out == ()


def test_a_hostile_pickle_is_refused_and_nothing_runs(own, tmp_path, capsys):
    witness = tmp_path / "ran"
    target = own / "Annotations" / "Annotations_Ready2Use" / "annotations_unidist_train.pkl"
    target.unlink()
    target.write_bytes(f"cos\nsystem\n(Vtouch {witness}\ntR.".encode())
    assert main(["pisa", "--root", str(own), "--out", str(tmp_path), "--epochs", "1", "--limit", "1"]) == 2
    assert "annotations_unidist_train.pkl is refused: It asks for 'os.system'" in capsys.readouterr().err
    assert not witness.exists()


def test_weights_that_cannot_be_had_are_said_in_the_row(played, tmp_path):
    asked = order(played, tmp_path, "resnet18-2d", protocols=("released",), limit=2)
    table = run(replace(asked, recipe=Recipe(epochs=1, aural=tmp_path / "gone.pth")))
    assert "no file of weights" in table.protocols[0].rows[0].trouble
    assert "no file of weights" in table.to_markdown()


def test_all_names_every_row_and_a_wrong_name_is_refused(tmp_path, capsys):
    assert names("all") == NAMES
    assert len(names("all")) == 17
    assert names("c3d, resnet18-2d") == ("c3d", "resnet18-2d")
    with pytest.raises(UnknownVariant):
        names("c3d,nothing")
    assert main(["pisa", "--root", str(tmp_path), "--variant", "resnet18-2d+c3d"]) == 2
    assert "There is no network called" in capsys.readouterr().err


def test_published_figures_stand_beside_the_scheme_they_were_reached_with():
    assert published_of("c3d+resnet18-2d", "uniform") == {"2023": 68.70, "PISA": 74.60}
    assert published_of("c3d+resnet18-2d", "contiguous") == {"PISA": 61.55}
    assert published_of("resnet50-3d", "uniform") == {}
