"""Two hands as rounded limbs: each is a field of heights from which light and shadow follow. Pixels in, pixels out."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from ml.recital.camera import Camera
from ml.recital.hands import Motion
from ml.recital.nuisance import Nuisances
from ml.recital.scenery import Image, tint

Field = NDArray[np.float32]

DENSEST = 1.0  # pixels a mm in which flesh is modelled; larger pictures enlarge it, like a lens that is a little soft
RADII = np.array([[12.5, 10.4, 9.4, 7.6], [9.6, 8.5, 7.6, 6.2], [9.9, 8.7, 7.7, 6.3], [9.4, 8.2, 7.3, 6.0], [8.4, 7.2, 6.5, 5.4]])  # mm
# Light to dark, BGR, as lit by neutral light.
SKINS = ((178, 198, 232), (150, 178, 222), (122, 156, 208), (96, 130, 186), (66, 96, 148), (46, 68, 108))
SLEEVES = ((60, 44, 36), (40, 40, 44), (120, 88, 60), (52, 44, 120), (210, 206, 200), (84, 98, 76), (140, 130, 126), (36, 60, 130))
BARE = 0.80  # place of sleeve_length above which the arm is bare


@dataclass(frozen=True)
class Body:
    """How one player's hands look: tables from light (0..255) to colour, where the sleeve begins, the light's direction."""

    skin: Image
    sleeve: Image
    nail: tuple[float, float, float]
    cuff: float
    light: tuple[float, float, float]
    dark: float


def table(colour: NDArray[np.float32], softness: float) -> Image:
    """Colours from shade to highlight, ``[256, 1, 3]``; shade is warmer than light."""
    share = np.linspace(0, 1, 256, dtype=np.float32)[:, None]
    body = colour * (0.16 + 0.98 * share ** np.array([1.18, 1.06, 0.92], np.float32))
    gleam = softness * 60 * np.clip(share - 0.86, 0, 1) / 0.14
    return np.clip(body + gleam, 0, 255).astype(np.uint8)[:, None, :]


def body_of(nuisances: Nuisances) -> Body:
    """The player's looks in today's light."""
    place = nuisances.places["skin"] * (len(SKINS) - 1)
    low = int(place)
    skin = np.array(SKINS[low]) * (1 - place + low) + np.array(SKINS[low + 1]) * (place - low)
    sleeve = np.array(SLEEVES[int(nuisances.places["sleeve"] * len(SLEEVES))])
    lit = tint(nuisances)
    length = nuisances.places["sleeve_length"]
    cuff = 9.0 if length > BARE else 0.12 + 0.5 * length
    angle = np.pi * (0.25 + 0.5 * nuisances.places["shadow"])
    light = np.array([np.cos(angle) * 0.55, -np.sin(angle) * 0.55, 0.9])
    light /= np.linalg.norm(light)
    nail = tuple(float(part) for part in np.clip((skin * 0.86 + np.array([34, 30, 42])) * lit, 0, 255))
    return Body(
        table((skin * lit).astype(np.float32), 0.5), table((sleeve * lit).astype(np.float32), 0.1), nail, cuff,  # type: ignore[arg-type]
        (float(light[0]), float(light[1]), float(light[2])), nuisances.between("brightness", 0.40, 0.60),
    )  # fmt: skip


def raise_limbs(field: Field, start: Field, end: Field, flatness: float) -> None:
    """Raise rounded limbs on a field of heights. ``start`` and ``end`` are ``[N, 4]``: x, y, radius, height in pixels."""
    rows, columns = field.shape
    reach = np.maximum(start[:, 2], end[:, 2])[:, None] + 1.0
    low = np.floor(np.minimum(start[:, :2], end[:, :2]) - reach).astype(np.int32)
    high = np.ceil(np.maximum(start[:, :2], end[:, :2]) + reach).astype(np.int32) + 1
    low = np.clip(low, 0, (columns, rows))
    high = np.clip(high, 0, (columns, rows))
    for index in range(len(start)):
        (left, top), (right, bottom) = low[index], high[index]
        if right <= left or bottom <= top:
            continue
        x0, y0, r0, z0 = start[index]
        dx, dy, dr, dz = end[index] - start[index]
        square = max(float(dx * dx + dy * dy), 1e-3)
        x = np.arange(left, right, dtype=np.float32) - x0
        y = (np.arange(top, bottom, dtype=np.float32) - y0)[:, None]
        along = np.clip(x * np.float32(dx / square) + y * np.float32(dy / square), 0.0, 1.0)
        radius = along * dr
        radius += r0
        radius *= radius
        across = x - along * dx
        across *= across
        radius -= across
        across = y - along * dy
        across *= across
        radius -= across
        inside = radius > 0
        np.maximum(radius, 0, out=radius)
        np.sqrt(radius, out=radius)
        radius *= flatness
        along *= dz
        along += z0
        radius += along
        radius *= inside
        part = field[top:bottom, left:right]
        np.maximum(part, radius, out=part)


class Flesh:
    """Draws the hands of one motion into frames."""

    def __init__(self, camera: Camera, motion: Motion, nuisances: Nuisances) -> None:
        self.camera = camera
        self.body = body_of(nuisances)
        self.share = min(1.0, DENSEST / camera.scale)
        self.unit = camera.scale * self.share  # buffer pixels a mm
        scale = motion.scale
        wrist, elbow = motion.wrist, motion.elbow
        across = motion.fingers[:, :, 4, 0] - motion.fingers[:, :, 1, 0]
        across = across / np.maximum(np.linalg.norm(across, axis=-1, keepdims=True), 1e-6)
        roots = wrist[:, :, None] + across[:, :, None] * (np.array([-17.0, -14.0, -3.0, 7.0, 15.0]) * scale)[:, None]
        knuckles = motion.fingers[:, :, :, 0]
        web = roots[:, :, 1] * 0.42 + knuckles[:, :, 1] * 0.58
        hole = np.linspace(0, 1, 4)[1:]
        self.digits = self.pixels(motion.fingers, RADII * scale, drop=0.55)
        self.roots = self.pixels(roots, np.array([14.0, 15.5, 15.5, 15.0, 14.0]) * scale)
        self.backs = self.pixels(knuckles, np.array([15.5, 12.4, 12.6, 12.0, 11.0]) * scale)
        self.web = self.pixels(web, np.full(1, 11.0) * scale)
        self.wrist = self.pixels(wrist, np.full(1, 25.0) * scale)
        cuff = wrist + (elbow - wrist) * min(self.body.cuff, 1.0)
        self.cuff = self.pixels(cuff, np.full(1, 33.0 + 8 * min(self.body.cuff, 1.0)) * scale)
        self.elbow = self.pixels(elbow, np.full(1, 41.0) * scale)
        del hole

    def pixels(self, points: NDArray[np.float64], radii: NDArray[np.float64], drop: float = 0.0) -> Field:
        """``[..., 3]`` mm and radii to ``[..., 4]``: x, y, radius, height in buffer pixels; ``drop`` sinks limbs by a share of their radius."""
        near = self.camera.nearness(points[..., 2])
        flat = self.camera.project(points) * self.share
        radius = np.broadcast_to(radii, points.shape[:-1]) * near * self.unit
        height = (points[..., 2] + 24.0) * self.unit - drop * radius
        return np.concatenate([flat, radius[..., None], height[..., None]], axis=-1).astype(np.float32)

    def draw(self, frame: Image, moment: int) -> None:
        """Both hands of one moment onto a frame, shadow first."""
        for hand in (0, 1):
            self.draw_hand(frame, moment, hand)

    def limbs(self, moment: int, hand: int) -> tuple[Field, Field, Field, Field]:
        """Ends of the limbs of hand and fingers, and of the forearm and the sleeve (``[N, 4]`` each)."""
        digits, roots, backs = self.digits[moment, hand], self.roots[moment, hand], self.backs[moment, hand]
        start = np.concatenate([digits[:, :-1].reshape(-1, 4), roots, backs[1:4], self.web[moment, hand][None]])
        end = np.concatenate([digits[:, 1:].reshape(-1, 4), backs, backs[2:5], digits[0, 1][None]])
        wrist, elbow, cuff = self.wrist[moment, hand], self.elbow[moment, hand], self.cuff[moment, hand]
        return start, end, np.stack([wrist, elbow]), np.stack([cuff, elbow * np.array([1, 1, 1.22, 1.15], np.float32)])

    def draw_hand(self, frame: Image, moment: int, hand: int) -> None:
        """One hand."""
        start, end, arm, sleeve = self.limbs(moment, hand)
        everything = np.concatenate([start, end, arm, sleeve])
        width, height = (int(side * self.share) for side in self.camera.size)
        margin = everything[:, 2].max() + 3
        low = np.clip(np.floor(everything[:, :2].min(axis=0) - margin), 0, (width, height)).astype(int)
        high = np.clip(np.ceil(everything[:, :2].max(axis=0) + margin), 0, (width, height)).astype(int)
        if np.any(high - low < 4):
            return
        origin = np.array([low[0], low[1], 0, 0], np.float32)
        start, end, arm, sleeve = start - origin, end - origin, arm - origin, sleeve - origin
        self.cast_shadow(frame, start, end, arm, origin)
        field = np.zeros((high[1] - low[1], high[0] - low[0]), np.float32)
        raise_limbs(field, arm[:1], arm[1:], 0.62)
        raise_limbs(field, start, end, 0.8)
        cloth = np.zeros_like(field)
        if self.body.cuff < 1:
            raise_limbs(cloth, sleeve[:1], sleeve[1:], 0.62)
        covered = cloth > field
        np.maximum(field, cloth, out=field)
        shape = (field > 0).astype(np.uint8) * 255
        lit = self.light(field)
        colours = cv2.applyColorMap(lit, self.body.skin)
        self.paint_nails(colours, moment, hand, origin, field)
        if covered.any():
            cv2.copyTo(cv2.applyColorMap(lit, self.body.sleeve), covered.astype(np.uint8), colours)
        soft = cv2.GaussianBlur(shape, (0, 0), max(0.45, 0.5 * self.unit))
        self.lay_over(frame, colours, soft, low)

    def light(self, field: Field) -> Image:
        """Brightness 0..255 of a field of heights."""
        sigma = max(0.4, 1.5 * self.unit)
        solid = cv2.GaussianBlur(field, (0, 0), sigma)
        right = cv2.Sobel(solid, cv2.CV_32F, 1, 0, ksize=1, scale=0.5)
        down = cv2.Sobel(solid, cv2.CV_32F, 0, 1, ksize=1, scale=0.5)
        x, y, z = self.body.light
        bright = z - x * right - y * down
        right *= right
        down *= down
        right += down
        right += 1
        bright /= np.sqrt(right)
        np.maximum(bright, 0, out=bright)
        ground = np.clip(solid * np.float32(1 / (95 * self.unit)), 0, 1)  # what lies low gets less light
        bright *= 0.58 + 0.30 * ground
        bright += 0.12
        return np.clip(bright * 255, 0, 255).astype(np.uint8)

    def paint_nails(self, colours: Image, moment: int, hand: int, origin: Field, field: Field) -> None:
        """A nail on each fingertip."""
        for digit in self.digits[moment, hand]:
            last, tip = digit[2] - origin, digit[3] - origin
            along = tip[:2] - last[:2]
            length = float(np.hypot(*along))
            if length < 1e-3:
                continue
            x, y = tip[:2] + along / length * 0.5 * self.unit
            half = (max(2.2 * self.unit, min(0.36 * length, 6.0 * self.unit)), 0.62 * tip[2])
            angle = float(np.degrees(np.arctan2(along[1], along[0])))
            bits = 1 << 4
            cv2.ellipse(
                colours, (int(x * bits), int(y * bits)), (int(half[0] * bits), int(half[1] * bits)), angle, 0, 360, self.body.nail, -1, cv2.LINE_AA, 4
            )

    def cast_shadow(self, frame: Image, start: Field, end: Field, arm: Field, origin: Field) -> None:
        """The shadow on the keys: the higher a limb, the farther and softer it falls."""
        coarse = 0.25 if self.unit > 0.5 else 0.5
        ends = [np.concatenate([start, arm[:1]]), np.concatenate([end, arm[1:]])]
        x, y, z = self.body.light
        moved = []
        for points in ends:
            height = np.maximum(points[:, 3] - 24.0 * self.unit, 0)
            moved.append((points[:, :2] - np.stack([x, y], -1) / z * height[:, None] * 0.9 + origin[:2]) * coarse)
        spread = 8 * self.unit * coarse
        both = np.concatenate(moved)
        radius = np.maximum(ends[0][:, 2], ends[1][:, 2]) * coarse
        width, height = (int(side * self.share * coarse) for side in self.camera.size)
        low = np.clip(np.floor(both.min(axis=0) - radius.max() - spread), 0, (width, height)).astype(int)
        high = np.clip(np.ceil(both.max(axis=0) + radius.max() + spread), 0, (width, height)).astype(int)
        if np.any(high - low < 3):
            return
        shadow = np.zeros((high[1] - low[1], high[0] - low[0]), np.uint8)
        bits = 1 << 4
        first = np.round((moved[0] - low) * bits).astype(int)
        last = np.round((moved[1] - low) * bits).astype(int)
        for a, b, thick in zip(first.tolist(), last.tolist(), np.maximum(1, np.round(2 * radius * 0.9)).astype(int).tolist(), strict=True):
            cv2.line(shadow, a, b, 255, thick, cv2.LINE_AA, 4)
        shadow = cv2.GaussianBlur(shadow, (0, 0), max(0.6, 4.5 * self.unit * coarse))
        self.lay_over(frame, None, shadow, low / coarse, self.body.dark, coarse)

    def lay_over(self, frame: Image, colours: Image | None, cover: Image, low: NDArray, strength: float = 1.0, coarse: float = 1.0) -> None:
        """Blend a patch of the buffer into the frame; without colours it only darkens."""
        grow = 1 / self.share
        left, top = (int(round(float(edge) * grow)) for edge in low)
        rows, columns = cover.shape
        right = min(frame.shape[1], left + int(round(columns / coarse * grow)))
        bottom = min(frame.shape[0], top + int(round(rows / coarse * grow)))
        size = (right - left, bottom - top)
        if size[0] < 1 or size[1] < 1:
            return
        if size != (columns, rows):
            cover = cv2.resize(cover, size, interpolation=cv2.INTER_LINEAR)
            colours = None if colours is None else cv2.resize(colours, size, interpolation=cv2.INTER_LINEAR)
        weight = cover.astype(np.float32)
        weight *= strength / 255
        region = np.ascontiguousarray(frame[top:bottom, left:right])
        over = np.zeros_like(region) if colours is None else colours
        frame[top:bottom, left:right] = cv2.blendLinear(region, over, 1 - weight, weight)
