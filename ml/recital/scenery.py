"""What does not move: the instrument from above, its keys up and down, drawn once for a performance."""

from dataclasses import dataclass, field

import cv2
import numpy as np
from numpy.typing import NDArray

from ml.recital.camera import Camera, Points
from ml.recital.keyboard import BLACK_HEIGHT, FIRST, LAST, TRAVEL, WHITE_LENGTH, WIDTH, is_black, key_x, outline
from ml.recital.nuisance import Nuisances

Image = NDArray[np.uint8]
Colour = tuple[float, float, float]  # blue, green, red, 0..255

FINE = 2  # drawn so many times larger, then averaged
SHIFT = 4  # fractional bits of OpenCV's coordinates
WOODS: tuple[Colour, ...] = ((22, 22, 24), (30, 36, 52), (38, 62, 104), (56, 92, 142), (205, 212, 216), (60, 60, 62))
FLOORS: tuple[Colour, ...] = ((24, 24, 26), (58, 66, 76), (70, 100, 138), (40, 50, 62), (96, 100, 104))
IVORIES: tuple[Colour, ...] = ((232, 238, 240), (214, 230, 238), (238, 238, 236), (196, 216, 228))


@dataclass
class Scenery:
    """The empty picture with all keys up, and with white or black keys down (uint8 BGR); masks per key are made on
    demand.
    """

    camera: Camera
    up: Image
    whites_down: Image
    blacks_down: Image
    masks: dict[int, tuple[slice, slice, NDArray[np.float32]]] = field(default_factory=dict)

    def press(self, frame: Image, pitch: int, depth: float) -> None:
        """Show a key ``depth`` (0..1) of its way down."""
        if pitch not in self.masks:
            self.masks[pitch] = key_mask(self.camera, pitch)
        rows, columns, mask = self.masks[pitch]
        source = (self.blacks_down if is_black(pitch) else self.whites_down)[rows, columns]
        region = frame[rows, columns]
        region += ((source.astype(np.float32) - region) * (mask * np.float32(depth))).astype(np.int16).astype(np.uint8)


def corners(camera: Camera, points: Points, fine: int = FINE) -> NDArray[np.int32]:
    """Projected corners in OpenCV's fixed-point pixels of the enlarged picture."""
    return np.round((camera.project(points) * fine + (fine - 1) / 2) * (1 << SHIFT)).astype(np.int32)


def fill(image: Image, camera: Camera, points: Points, colour: Colour) -> None:
    """A polygon of millimetres."""
    cv2.fillPoly(image, [corners(camera, points)], colour, cv2.LINE_AA, SHIFT)


def slab(left: float, right: float, near: float, far: float, z: float = 0.0) -> Points:
    """A level rectangle, ``[4, 3]`` mm."""
    return np.array([[left, near, z], [right, near, z], [right, far, z], [left, far, z]])


def shade(colour: Colour, factor: float) -> Colour:
    """A colour made darker or brighter."""
    return tuple(float(np.clip(part * factor, 0, 255)) for part in colour)  # type: ignore[return-value]


def grain(image: Image, colour: Colour, strength: float, random: np.random.Generator, lengthwise: bool) -> Image:
    """A wooden or woven surface: long streaks over a plain colour."""
    height, width = image.shape[:2]
    streaks = random.standard_normal((height // 4 + 1, 9) if lengthwise else (9, width // 4 + 1)).astype(np.float32)
    streaks = cv2.GaussianBlur(cv2.resize(streaks, (width, height), interpolation=cv2.INTER_CUBIC), (0, 0), 1.5)
    return np.clip(np.array(colour) * (1 + strength * streaks[..., None]), 0, 255).astype(np.uint8)


def draw_case(camera: Camera, nuisances: Nuisances, random: np.random.Generator) -> Image:
    """Floor, key slip, cheeks, fallboard and music desk."""
    width, height = camera.size
    floor = FLOORS[int(nuisances.places["floor"] * len(FLOORS))]
    wood = WOODS[int(nuisances.places["wood"] * len(WOODS))]
    image = grain(np.empty((height * FINE, width * FINE, 3), np.uint8), floor, 0.05, random, False)
    timber = grain(image, wood, 0.05, random, True)
    case = np.zeros(image.shape[:2], np.uint8)
    far = 900.0
    for part in (
        slab(-75, WIDTH + 75, -26, 0, 6),
        slab(-75, -3, -26, far, 6),
        slab(WIDTH + 3, WIDTH + 75, -26, far, 6),
        slab(-75, WIDTH + 75, 150, far, 30),
    ):
        cv2.fillPoly(case, [corners(camera, part)], 255, cv2.LINE_AA, SHIFT)
    image = np.where(case[..., None] > 127, timber, image)
    shadow = slab(-80, WIDTH + 80, -34, -26, 0)
    fill(image, camera, shadow, shade(floor, 0.45))
    fill(image, camera, slab(-75, WIDTH + 75, -4, 0, 6), shade(wood, 0.6))
    fill(image, camera, slab(-75, WIDTH + 75, -26, -23, 6), shade(wood, 1.35))
    fill(image, camera, slab(-3, WIDTH + 3, 0, 150, -12), (14, 14, 16))
    fill(image, camera, slab(-3, WIDTH + 3, 147, 152, 4), (34, 26, 120))  # the felt
    fill(image, camera, slab(-75, WIDTH + 75, 152, 178, 30), shade(wood, 0.62))
    fill(image, camera, slab(-75, WIDTH + 75, 178, 181, 32), shade(wood, 1.5))
    fill(image, camera, slab(WIDTH / 2 - 300, WIDTH / 2 + 300, 262, 270, 60), shade(wood, 0.5))
    fill(image, camera, slab(WIDTH / 2 - 300, WIDTH / 2 + 300, 270, 274, 62), shade(wood, 1.4))
    if nuisances.places["desk"] < 0.6:
        for page in (-1, 1):
            middle = WIDTH / 2 + page * 112
            fill(image, camera, slab(middle - 108, middle + 108, 276, 580, 90), (214, 224, 228))
            for system in range(5):
                for line in range(5):
                    y = 566 - system * 56 - line * 5
                    fill(image, camera, slab(middle - 94, middle + 94, y - 0.5, y + 0.5, 90), (130, 134, 136))
    return image


def draw_keys(image: Image, camera: Camera, ivory: Colour, whites_down: bool, blacks_down: bool) -> Image:
    """All 88 keys on a copy of the case."""
    image = image.copy()
    for pitch in range(FIRST, LAST + 1):
        if not is_black(pitch):
            low = -TRAVEL if whites_down else 0.0
            top = outline(pitch, low)
            fill(image, camera, top, shade(ivory, 0.76 if whites_down else 1.0))
            left, right = top[0, 0], top[1, 0]
            if whites_down:
                fill(image, camera, slab(left, left + 4.2, 0, WHITE_LENGTH, low), shade(ivory, 0.42))
                fill(image, camera, slab(right - 2.2, right, 0, WHITE_LENGTH, low), shade(ivory, 0.52))
                fill(image, camera, slab(left, right, 0, 3.0, low), shade(ivory, 0.45))
            else:
                fill(image, camera, slab(right - 1.2, right, 0, WHITE_LENGTH), shade(ivory, 0.72))
                fill(image, camera, slab(left, right, 0, 2.2), shade(ivory, 0.84))
            fill(image, camera, slab(left, right, WHITE_LENGTH - 14, WHITE_LENGTH, low), shade(ivory, 0.62))
    for pitch in range(FIRST, LAST + 1):
        if is_black(pitch):
            low = -TRAVEL + 1.0 if blacks_down else 0.0
            top = outline(pitch, low)
            left, right, near = top[0, 0], top[1, 0], top[0, 1]
            if not blacks_down:
                fill(
                    image, camera, slab(left + 3, right + 4.5, near - 1.5, WHITE_LENGTH), shade(ivory, 0.55)
                )  # its shadow
            fill(
                image,
                camera,
                outline(pitch, -BLACK_HEIGHT + 1)
                + np.array([[-0.6, -3.0, 0], [0.6, -3.0, 0], [0.6, 0, 0], [-0.6, 0, 0]]),
                (26, 26, 28),
            )
            fill(image, camera, top, (34, 33, 34) if not blacks_down else (24, 23, 24))
            fill(
                image,
                camera,
                slab(left + 2.4, right - 2.4, near + 4, WHITE_LENGTH, BLACK_HEIGHT + low),
                (52, 50, 50) if not blacks_down else (34, 33, 33),
            )
            fill(
                image,
                camera,
                slab(left + 3.0, left + 4.6, near + 6, WHITE_LENGTH - 6, BLACK_HEIGHT + low),
                (92, 90, 90) if not blacks_down else (52, 50, 50),
            )
    return image


def daylight(size: tuple[int, int], nuisances: Nuisances) -> NDArray[np.float32]:
    """The light on each pixel, ``[height, width, 3]`` (1 is neutral): brightness, warmth, fall-off to one side."""
    width, height = size
    across = np.linspace(-1, 1, width, dtype=np.float32)[None, :, None]
    down = np.linspace(-1, 1, height, dtype=np.float32)[:, None, None]
    side = nuisances.between("shadow", -0.14, 0.14)
    vignette = 1 - 0.12 * (across**2 + down**2)
    return ((1 + side * across) * vignette * tint(nuisances)).astype(np.float32)


def tint(nuisances: Nuisances) -> NDArray[np.float32]:
    """Colour of the light, BGR."""
    warm = nuisances.between("warmth", -0.10, 0.16)
    bright = nuisances.between("light", 0.62, 1.06) * nuisances.between("brightness", 0.9, 1.05)
    return (bright * np.array([1 - warm, 1 - 0.25 * warm, 1 + 0.35 * warm])).astype(np.float32)


def build(camera: Camera, nuisances: Nuisances) -> Scenery:
    """Draw the empty instrument three times."""
    random = np.random.default_rng([nuisances.player, *b"scenery"])
    case = draw_case(camera, nuisances, random)
    ivory = IVORIES[int(nuisances.places["keyboard"] * len(IVORIES))]
    light = daylight(camera.size, nuisances)
    pictures = []
    for whites_down, blacks_down in ((False, False), (True, False), (False, True)):
        drawn = cv2.resize(
            draw_keys(case, camera, ivory, whites_down, blacks_down), camera.size, interpolation=cv2.INTER_AREA
        )
        pictures.append(np.clip(drawn * light, 0, 255).astype(np.uint8))
    return Scenery(camera, *pictures)


def key_mask(camera: Camera, pitch: int) -> tuple[slice, slice, NDArray[np.float32]]:
    """Where a key shows: rows, columns and coverage ``[h, w, 1]``; black neighbours hide part of a white key."""
    width, height = camera.size
    own = outline(pitch)
    if is_black(pitch):
        own = own + np.array([[-1.0, -4.0, 0], [5.0, -4.0, 0], [5.0, 0, 0], [-1.0, 0, 0]])
    else:
        own = np.concatenate([own, outline(pitch, -TRAVEL)])
    hull = cv2.convexHull(camera.project(own).astype(np.float32))[:, 0]
    (left, top), (right, bottom) = np.floor(hull.min(axis=0)).astype(int) - 1, np.ceil(hull.max(axis=0)).astype(int) + 2
    left, top, right, bottom = max(left, 0), max(top, 0), min(right, width), min(bottom, height)
    if right <= left or bottom <= top:
        return slice(0, 0), slice(0, 0), np.zeros((0, 0, 1), np.float32)
    mask = np.zeros((bottom - top, right - left), np.uint8)
    origin = np.array([left, top])

    def cover(points: NDArray[np.float32], value: int) -> None:
        cv2.fillPoly(mask, [np.round((points - origin) * (1 << SHIFT)).astype(np.int32)], value, cv2.LINE_AA, SHIFT)

    cover(hull, 255)
    if not is_black(pitch):
        for other in (pitch - 1, pitch + 1):
            if is_black(other) and FIRST <= other <= LAST and abs(key_x(other) - key_x(pitch)) < 30:
                both = np.concatenate([outline(other), outline(other, -BLACK_HEIGHT)])
                cover(cv2.convexHull(camera.project(both).astype(np.float32))[:, 0], 0)
    return slice(top, bottom), slice(left, right), (mask.astype(np.float32) / 255)[..., None]
