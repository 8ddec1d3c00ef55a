"""Where the keyboard, the hands and the forearms are."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import pytest

from ml.features.keyboard import find_keyboard
from ml.features.sight import LOOK_WIDTH, Crop, crop_of, propose_crop
from ml.media import picture_length, read_frames
from ml.recital import Recital, frames_of
from tests.ml.media.files import data_folder, film, recordings

BLACK_AFTER = (0, 1, 3, 4, 5)  # white keys of an octave, from c, that a black key follows
WIDTH, HEIGHT = LOOK_WIDTH, 360


@dataclass(frozen=True)
class Scene:
    """An overhead drawing: the keyboard's box in pixels and where the two hands are."""

    left: int = 40
    right: int = 600
    top: int = 110
    key: int = 80  # length of a white key
    whites: int = 52
    hands: tuple[int, int] = (250, 400)  # columns
    white: int = 225
    ground: int = 50
    upside_down: bool = False
    tilt: float = 0.0  # degrees
    portrait: bool = False


def draw(scene: Scene, move: int = 0) -> np.ndarray:
    """[height, width, 3] uint8, hands `move` pixels to the right."""
    height = 1138 if scene.portrait else HEIGHT
    picture = np.full((height, WIDTH, 3), scene.ground, np.uint8)
    step = (scene.right - scene.left) / scene.whites
    bottom = scene.top + scene.key
    cv2.rectangle(picture, (scene.left, scene.top), (scene.right, bottom), (scene.white,) * 3, -1)
    for white in range(1, scene.whites):
        x = round(scene.left + white * step)
        cv2.line(picture, (x, scene.top), (x, bottom), (scene.white - 70,) * 3, 1)
        if (white - 1) % 7 in BLACK_AFTER:
            half = step * 0.29
            corner, other = (round(x - half), scene.top), (round(x + half), scene.top + round(scene.key * 0.63))
            cv2.rectangle(picture, corner, other, (25, 25, 25), -1)
    for hand in scene.hands:
        x = hand + move
        cv2.line(picture, (x + 10, bottom + 3 * scene.key), (x, bottom + 25), (200, 150, 120), 24)
        cv2.ellipse(picture, (x, bottom), (24, 34), 0, 0, 360, (205, 155, 125), -1)
    if scene.tilt:
        turn = cv2.getRotationMatrix2D((WIDTH / 2, bottom), scene.tilt, 1)
        picture = cv2.warpAffine(picture, turn, (WIDTH, height), borderMode=cv2.BORDER_REPLICATE)
    return picture[::-1, ::-1].copy() if scene.upside_down else picture


def looks(scene: Scene, reach: int = 40) -> np.ndarray:
    return np.stack([draw(scene, round(reach * np.sin(k))) for k in range(24)])


def box(crop: Crop, height: int = HEIGHT) -> tuple[float, float, float, float]:
    """left, top, right, bottom in pixels."""
    return crop.x * WIDTH, crop.y * height, (crop.x + crop.width) * WIDTH, (crop.y + crop.height) * height


SCENES = {
    "plain": Scene(),
    "dim": Scene(white=120, ground=25),
    "bright room": Scene(white=245, ground=190),
    "close": Scene(left=0, right=640, top=60, key=150, whites=22),
    "far away": Scene(left=180, right=480, top=150, key=44),
    "askew": Scene(tilt=2.5, top=130),
    "no black cloth": Scene(ground=110),
}


@pytest.mark.parametrize("scene", SCENES.values(), ids=SCENES)
def test_it_holds_keyboard_hands_and_forearms(scene: Scene) -> None:
    crop = crop_of(looks(scene))
    left, top, right, bottom = box(crop)
    end = scene.top + scene.key
    assert crop.confidence > 0.3
    assert not crop.upside_down
    assert scene.top - 0.8 * scene.key < top < scene.top + 5
    assert bottom > min(HEIGHT - 1, end + 1.5 * scene.key)
    assert left < min(scene.hands) - 60
    assert right > max(scene.hands) + 60


@pytest.mark.parametrize("scene", SCENES.values(), ids=SCENES)
def test_a_camera_opposite_the_player_is_noticed(scene: Scene) -> None:
    there = crop_of(looks(scene))
    opposite = crop_of(looks(Scene(**{**scene.__dict__, "upside_down": True})))
    assert opposite.upside_down
    turned = (1 - opposite.x - opposite.width, 1 - opposite.y - opposite.height, opposite.width, opposite.height)
    assert turned == pytest.approx((there.x, there.y, there.width, there.height), abs=0.03)


def test_it_follows_the_hands_to_where_they_play() -> None:
    low, high = crop_of(looks(Scene(hands=(100, 180)))), crop_of(looks(Scene(hands=(430, 520))))
    assert box(low)[2] < 430
    assert box(high)[0] > 180
    assert low.width >= 0.45 * 560 / WIDTH - 0.01


def test_one_excursion_widens_it() -> None:
    pictures = np.concatenate([looks(Scene()), [draw(Scene(hands=(250, 550)))] * 2])
    assert box(crop_of(pictures))[2] > 570


def test_a_hand_that_rests_is_held_as_well() -> None:
    both = np.stack([draw(Scene(hands=(120,)), round(30 * np.sin(k))) for k in range(24)])
    resting = draw(Scene(hands=(480,)))
    both[:, :, 430:] = resting[:, 430:]
    assert box(crop_of(both))[2] > 500


def test_hands_that_never_move_leave_the_whole_keyboard() -> None:
    left, _, right, _ = box(crop_of(looks(Scene(), reach=0)))
    assert (left, right) == (0, WIDTH)


def test_an_upright_phone_is_no_obstacle() -> None:
    scene = Scene(portrait=True, left=10, right=630, top=500, key=85)
    crop = crop_of(looks(scene))
    _, top, _, bottom = box(crop, 1138)
    assert crop.confidence > 0.3
    assert 430 < top <= 505
    assert 585 + 120 < bottom < 585 + 200


def leaves(seed: int) -> np.ndarray:
    noise = np.random.default_rng(seed).integers(0, 255, (HEIGHT // 8, WIDTH // 8), np.uint8)
    return cv2.resize(noise, (WIDTH, HEIGHT), interpolation=cv2.INTER_NEAREST)


def writing() -> np.ndarray:
    page = np.full((HEIGHT, WIDTH), 240, np.uint8)
    for row in range(20, HEIGHT, 22):
        cv2.putText(page, "Minuet in G, slowly and with grace, then da capo", (5, row), 0, 0.75, 10, 2)
    return page


EMPTY = {
    "grey": np.full((HEIGHT, WIDTH), 128, np.uint8),
    "leaves": leaves(1),
    "noise": np.random.default_rng(2).integers(0, 255, (HEIGHT, WIDTH), np.uint8),
    "writing": writing(),
    "ramp": np.tile(np.linspace(0, 255, WIDTH).astype(np.uint8), (HEIGHT, 1)),
    "three fence posts": np.tile(np.repeat([30, 220, 30, 220, 30, 220, 30, 220], 80).astype(np.uint8), (HEIGHT, 1)),
}


@pytest.mark.parametrize("picture", EMPTY.values(), ids=EMPTY)
def test_without_a_keyboard_it_shows_everything(picture: np.ndarray) -> None:
    assert find_keyboard(picture) is None
    assert crop_of(np.repeat(picture[None, ..., None], 3, axis=3)) == Crop()


def test_it_works_on_a_file(tmp_path_factory: pytest.TempPathFactory) -> None:
    source = film(tmp_path_factory.mktemp("films") / "drawn.mp4", np.repeat(looks(Scene()), 3, axis=0))
    drawn, filmed = crop_of(looks(Scene())), propose_crop(source)
    assert (filmed.x, filmed.y, filmed.width, filmed.height) == pytest.approx(
        (drawn.x, drawn.y, drawn.width, drawn.height), abs=0.04
    )


# By eye, as fractions of the picture: the keyboard's rows, and the columns between which the hands play.
SEEN = {
    "pianoray_furelise_1080p30": ((0.44, 0.63), (0.28, 0.70), False),
    "pianoray_furelise_upsidedown_720p30": ((0.45, 0.64), (0.31, 0.70), True),
}


@pytest.mark.parametrize("path", recordings(), ids=lambda path: path.stem)
def test_real_recordings(path: object) -> None:
    (top, bottom), (left, right), upside_down = SEEN[path.stem]  # type: ignore[attr-defined]
    crop = propose_crop(path)  # type: ignore[arg-type]
    assert crop.upside_down is upside_down
    assert crop.confidence > 0.8
    assert crop.y <= top
    assert crop.y + crop.height >= bottom
    assert crop.x <= left
    assert crop.x + crop.width >= right
    arms = top - crop.y if upside_down else crop.y + crop.height - bottom
    assert arms > 0.25  # room for forearms
    assert crop.width * crop.height < 0.5  # and not the room around them
    times = np.linspace(0.2, 0.9, 3) * picture_length(path)  # type: ignore[arg-type]
    for seen in read_frames(path, times, crop=crop, size=(256, 320)):  # type: ignore[arg-type]
        found = find_keyboard(cv2.cvtColor(seen, cv2.COLOR_RGB2GRAY))
        assert found is not None
        assert not found.upside_down  # the model sees it the right way up
        assert found.bottom < 0.65 * 256


@pytest.mark.parametrize("name", ["clementi.jpg", "furelise.jpg", "sep_1_2021.png"])
def test_real_stills(name: str) -> None:
    path = data_folder() / "recordings" / "stills" / name
    if not path.exists():
        pytest.skip("no real recordings beside the checkout")
    picture = cv2.cvtColor(cv2.imread(str(path)), cv2.COLOR_BGR2RGB)
    small = cv2.resize(picture, (LOOK_WIDTH, round(LOOK_WIDTH * picture.shape[0] / picture.shape[1])))
    crop = crop_of(small[None])
    assert crop.confidence > 0.8
    assert not crop.upside_down
    assert 0.4 < crop.y < 0.52  # the falling notes above the keyboard are left out


@pytest.mark.parametrize("seed", [1, 14, 27, 40])
def test_recital_performances(seed: int) -> None:
    recital = Recital(seed=seed, level=1 + seed % 10, size=(LOOK_WIDTH, 360), fps=30, seconds=6)
    chosen = list(range(0, 180, 15))
    pictures = [cv2.cvtColor(np.asarray(frame), cv2.COLOR_BGR2RGB) for frame in frames_of(recital, chosen)]
    crop = crop_of(np.stack(pictures))
    assert crop.confidence > 0.8
    assert not crop.upside_down
    assert crop.width < 0.9
    turned = crop_of(np.stack([picture[::-1, ::-1] for picture in pictures]))
    assert turned.upside_down
    assert turned.y == pytest.approx(1 - crop.y - crop.height, abs=0.05)
