"""Two hands as rounded limbs: a field of heights, from which light and shadow follow, laid over the keyboard."""

from math import ceil

import cv2
import numpy as np
from numpy.typing import NDArray

from ml.recital.body import body_of
from ml.recital.camera import Camera, Points
from ml.recital.hands import Motion
from ml.recital.keyboard import WIDTH
from ml.recital.limbs import Field, raise_limbs
from ml.recital.nuisance import Nuisances
from ml.recital.scenery import Image

DENSEST = 1.0  # pixels a mm in which flesh is modelled; larger pictures enlarge it, like a lens that is a little soft
GROUND = 24.0  # mm added to heights, so that everything lies above zero
BITS = 4  # fractional bits of OpenCV's coordinates
# Radii in mm of knuckle, two joints and tip, thumb first.
RADII = np.array(
    [
        [15.0, 12.2, 11.2, 8.6],
        [10.8, 9.6, 8.6, 7.0],
        [11.0, 9.8, 8.8, 7.1],
        [10.5, 9.3, 8.3, 6.8],
        [9.4, 8.2, 7.3, 6.1],
    ]
)
ROOTS = np.array([-19.0, -15.0, -4.0, 7.0, 16.0])  # where the bones of the palm leave the wrist, mm across
ROOT_RADII = np.array([16.0, 17.0, 17.0, 16.5, 15.5])
BACK_RADII = np.array([16.5, 13.4, 13.6, 13.0, 12.0])


class Flesh:
    """Draws the hands of one motion into frames."""

    def __init__(self, camera: Camera, motion: Motion, nuisances: Nuisances) -> None:
        self.camera = camera
        self.body = body_of(nuisances)
        self.share = min(1.0, DENSEST / camera.scale)  # buffer pixels a picture pixel
        self.unit = camera.scale * self.share  # buffer pixels a mm
        scale, wrist, elbow = motion.scale, motion.wrist, motion.elbow
        knuckles = motion.fingers[:, :, :, 0]
        across = knuckles[:, :, 4] - knuckles[:, :, 1]
        across = across / np.maximum(np.linalg.norm(across, axis=-1, keepdims=True), 1e-6)
        roots = wrist[:, :, None] + across[:, :, None] * (ROOTS * scale)[:, None]
        web = roots[:, :, 1] * 0.35 + knuckles[:, :, 1] * 0.65
        cuff = wrist + (elbow - wrist) * min(self.body.cuff, 1.0)
        self.digits = self.pixels(motion.fingers, RADII * scale, sink=0.55)
        self.roots = self.pixels(roots, ROOT_RADII * scale, sink=0.2)
        self.backs = self.pixels(knuckles, BACK_RADII * scale, sink=0.35)
        self.web = self.pixels(web, np.array(11.5 * scale), sink=0.6)
        self.wrist = self.pixels(wrist, np.array(26.0 * scale), sink=0.25)
        self.cuff = self.pixels(cuff, np.array(34.0 + 8 * min(self.body.cuff, 1.0)))
        self.elbow = self.pixels(elbow, np.array(42.0))
        shoulder = elbow + np.array([0.0, -250.0, 70.0])
        shoulder[..., 0] += 0.45 * (WIDTH / 2 - elbow[..., 0])
        self.shoulder = self.pixels(shoulder, np.array(58.0))

    def pixels(self, points: Points, radii: NDArray[np.float64], sink: float = 0.0) -> Field:
        """``[..., 3]`` mm and radii to ``[..., 4]`` buffer pixels: x, y, radius, height less ``sink`` radii."""
        near = self.camera.nearness(points[..., 2])
        flat = self.camera.project(points) * self.share
        radius = np.broadcast_to(radii, points.shape[:-1]) * near * self.unit
        height = (points[..., 2] + GROUND) * self.unit - sink * radius
        return np.concatenate([flat, radius[..., None], height[..., None]], axis=-1).astype(np.float32)

    def draw(self, frame: Image, moment: int) -> None:
        """Both hands of one moment onto a frame."""
        for hand in (0, 1):
            self.draw_hand(frame, moment, hand)

    def draw_hand(self, frame: Image, moment: int, hand: int) -> None:
        """One hand, shadow first."""
        digits, roots, backs = self.digits[moment, hand], self.roots[moment, hand], self.backs[moment, hand]
        wrist, elbow, cuff = self.wrist[moment, hand], self.elbow[moment, hand], self.cuff[moment, hand]
        web = self.web[moment, hand]
        shoulder = self.shoulder[moment, hand]
        sleeve_end = elbow * np.array([1, 1, 1.22, 1.15], np.float32)
        sleeve = (np.stack([cuff, sleeve_end]), np.stack([sleeve_end, shoulder]))
        palm = (np.stack([*roots, *backs[1:4], web, web]), np.stack([*backs, *backs[2:5], digits[0, 1], backs[0]]))
        fingers = (digits[:, :-1].reshape(-1, 4), digits[:, 1:].reshape(-1, 4))
        everything = np.concatenate([*palm, *fingers, np.stack([wrist, elbow, cuff, shoulder])])
        box = self.box(everything, everything[:, 2].max() + 3, 1.0)
        if box is None:
            return
        low, high = box
        origin = np.array([low[0], low[1], 0, 0], np.float32)
        self.cast_shadow(frame, np.stack([*palm[0], *fingers[0], wrist]), np.stack([*palm[1], *fingers[1], elbow]))
        field = np.zeros((high[1] - low[1], high[0] - low[0]), np.float32)
        raise_limbs(field, np.stack([wrist, elbow]) - origin, np.stack([elbow, shoulder]) - origin, 0.62)
        raise_limbs(field, palm[0] - origin, palm[1] - origin, 0.55)
        field = self.knead(field, everything[:-3] - origin)
        raise_limbs(field, fingers[0] - origin, fingers[1] - origin, 0.8)
        cloth = np.zeros_like(field)
        if not self.body.bare:
            raise_limbs(cloth, sleeve[0] - origin, sleeve[1] - origin, 0.62)
        covered = (cloth > field).view(np.uint8)
        np.maximum(field, cloth, out=field)
        bright = self.light(field)
        colours = cv2.applyColorMap(bright, self.body.skin)
        self.paint_nails(colours, digits - origin)
        if not self.body.bare:
            cv2.copyTo(cv2.applyColorMap(bright, self.body.sleeve), covered, colours)
        cover = cv2.GaussianBlur((field > 0).view(np.uint8) * 255, (0, 0), max(0.45, 0.5 * self.unit))
        self.lay_over(frame, colours, cover, low)

    def box(self, ends: Field, margin: float, coarse: float) -> tuple[NDArray[np.int64], NDArray[np.int64]] | None:
        """Corners of what is in the picture around limbs, in buffer pixels times ``coarse``; None if nothing is."""
        limit = [ceil(side * self.share * coarse) for side in self.camera.size]
        low = np.clip(np.floor(ends[:, :2].min(axis=0) - margin), 0, limit).astype(np.int64)
        high = np.clip(np.ceil(ends[:, :2].max(axis=0) + margin), 0, limit).astype(np.int64)
        return (low, high) if np.all(high - low >= 3) else None

    def knead(self, field: Field, ends: Field) -> Field:
        """Smooth the bones of the palm into one back of the hand."""
        inside = field > 0
        soft = cv2.GaussianBlur(field, (0, 0), max(0.5, 3.4 * self.unit))
        weight = cv2.GaussianBlur(inside.astype(np.float32), (0, 0), max(0.5, 3.4 * self.unit))
        np.maximum(weight, 1e-3, out=weight)
        soft /= weight
        # Its rim falls away to the sides, as a rounded body does.
        np.subtract(weight, 1, out=weight)
        weight *= np.float32(9 * self.unit)
        soft += weight
        np.maximum(soft, 0.5, out=soft)
        soft *= inside
        return soft

    def light(self, field: Field) -> Image:
        """Brightness 0..255 of a field of heights."""
        solid = cv2.GaussianBlur(field, (0, 0), max(0.4, 1.3 * self.unit))
        right = cv2.Sobel(solid, cv2.CV_32F, 1, 0, ksize=1, scale=0.5)
        down = cv2.Sobel(solid, cv2.CV_32F, 0, 1, ksize=1, scale=0.5)
        x, y, z = self.body.light
        bright = z - x * right - y * down
        right *= right
        down *= down
        right += down
        right += 1
        np.sqrt(right, out=right)
        bright /= right
        np.maximum(bright, 0, out=bright)
        solid *= np.float32(0.26 / (100 * self.unit))  # what lies low gets less light
        np.clip(solid, 0, 0.26, out=solid)
        solid += 0.52
        bright *= solid
        bright += 0.20
        bright *= 255
        return np.clip(bright, 0, 255, out=bright).astype(np.uint8)

    def paint_nails(self, colours: Image, digits: Field) -> None:
        """A nail on each fingertip, foreshortened as the finger bends."""
        for _, _, last, tip in digits:
            along = tip[:2] - last[:2]
            length = float(np.hypot(*along))
            if length < 1e-3:
                continue
            x, y = (tip[:2] + along / length * 0.25 * tip[2]) * (1 << BITS)
            half_length = max(2.0 * self.unit, min(0.30 * length, 5.2 * self.unit)) * (1 << BITS)
            half_width = 0.60 * float(tip[2]) * (1 << BITS)
            angle = float(np.degrees(np.arctan2(along[1], along[0])))
            axes = (int(half_length), int(half_width))
            cv2.ellipse(colours, (int(x), int(y)), axes, angle, 0, 360, self.body.nail, -1, cv2.LINE_AA, BITS)

    def cast_shadow(self, frame: Image, start: Field, end: Field) -> None:
        """The shadow on the keys: the higher a limb, the farther away it falls."""
        coarse = 0.25 if self.unit > 0.5 else 0.5
        x, y, z = self.body.light
        ends = np.concatenate([start, end])
        height = np.maximum(ends[:, 3:] - GROUND * self.unit, 0)
        fallen = (ends[:, :2] - height * np.array([x, y], np.float32) / z * 0.9) * coarse
        radius = np.maximum(start[:, 2], end[:, 2]) * coarse
        box = self.box(fallen, float(radius.max()) + 8 * self.unit * coarse, coarse)
        if box is None:
            return
        low, high = box
        shadow = np.zeros((high[1] - low[1], high[0] - low[0]), np.uint8)
        points = np.round((fallen - low) * (1 << BITS)).astype(int).tolist()
        widths = np.maximum(1, np.round(1.8 * radius)).astype(int).tolist()
        for first, last, width in zip(points[: len(start)], points[len(start) :], widths, strict=True):
            cv2.line(shadow, first, last, 255, width, cv2.LINE_AA, BITS)
        shadow = cv2.GaussianBlur(shadow, (0, 0), max(0.6, 4.5 * self.unit * coarse))
        self.lay_over(frame, None, shadow, low / coarse, self.body.dark, coarse)

    def lay_over(
        self,
        frame: Image,
        colours: Image | None,
        cover: Image,
        low: NDArray[np.generic],
        strength: float = 1.0,
        coarse: float = 1.0,
    ) -> None:
        """Blend a patch of the buffer into the frame; without colours it only darkens."""
        left, top = (round(float(edge) / self.share) for edge in low)
        rows, columns = cover.shape
        right = min(frame.shape[1], left + round(columns / coarse / self.share))
        bottom = min(frame.shape[0], top + round(rows / coarse / self.share))
        size = (right - left, bottom - top)
        if size[0] < 1 or size[1] < 1:
            return
        if size != (columns, rows):
            cover = cv2.resize(cover, size, interpolation=cv2.INTER_LINEAR)
            colours = None if colours is None else cv2.resize(colours, size, interpolation=cv2.INTER_LINEAR)
        weight = cover.astype(np.float32)
        weight *= np.float32(strength / 255)
        region = np.ascontiguousarray(frame[top:bottom, left:right])
        over = np.zeros_like(region) if colours is None else colours
        frame[top:bottom, left:right] = cv2.blendLinear(region, over, 1 - weight, weight)
