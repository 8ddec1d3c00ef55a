"""Look at one strange file and print what it is as JSON: `probe_child.py PATH DEMUXER LIMITS_AS_JSON`.

Run by `ml.media.probe` inside bounds, as a script of its own that imports PyAV and nothing of ours. It prints either
{"facts": {...}} or {"refusal": code, "numbers": {...}}. The demuxer is forced, so that a playlist can never be read as
one, and only local files may be opened.
"""

from __future__ import annotations

import json
import sys
from typing import Any

import av
import av.error
from av.container import InputContainer

DECODERS = (
    "h264,hevc,vp8,libvpx,vp9,libvpx-vp9,av1,libdav1d,mpeg4,msmpeg4v3,mjpeg,prores,mpeg2video,h263,vc1,wmv3,dvvideo,"
    "aac,aac_fixed,mp3float,mp3,mp2float,mp2,opus,libopus,vorbis,flac,alac,ac3,eac3,amrnb,amrwb,"
    "pcm_s16le,pcm_s16be,pcm_s24le,pcm_s24be,pcm_s32le,pcm_s32be,pcm_f32le,pcm_f32be,pcm_u8,pcm_s8,pcm_alaw,pcm_mulaw"
)
OPTIONS = {"protocol_whitelist": "file", "codec_whitelist": DECODERS, "enable_drefs": "0"}
PACKETS_TO_TRY = 400  # before a stream counts as undecodable
END_SECONDS = (2.0, 15.0, 60.0)  # how far before the end a picture is looked for; key frames may be far apart
# Make and model, as phones and cameras write them. Of all a file says of its maker nothing else is read: no place, no
# serial number, no name that somebody gave to a phone.
MADE_WITH = (
    ("com.apple.quicktime.make", "com.apple.quicktime.model"),
    ("com.android.manufacturer", "com.android.model"),
    ("make", "model"),
)
CUT_SECONDS, CUT_SHARE = 1.5, 0.02  # an end this much earlier than declared means the rest is missing


class Refused(Exception):
    def __init__(self, code: str, **numbers: float | str) -> None:
        self.answer = {"refusal": code, "numbers": numbers}


def open_file(path: str, demuxer: str) -> InputContainer:
    options = OPTIONS | {"format_whitelist": demuxer}
    try:
        return av.open(f"file:{path}", format=demuxer, options=options, metadata_errors="replace")
    except av.error.FFmpegError:
        raise Refused("unreadable") from None


def pick_streams(container: InputContainer, limits: dict[str, float]) -> tuple[Any, Any]:
    pictures = [s for s in container.streams.video if not s.disposition & av.stream.Disposition.attached_pic]
    if not container.streams:
        raise Refused("unreadable")
    if not pictures:
        raise Refused("no_video")
    if not container.streams.audio:
        raise Refused("no_audio")
    video, audio = pictures[0], container.streams.audio[0]
    for stream in (video, audio):
        if stream.codec_context is None:
            raise Refused("codec", codec="?")
        if stream.codec_context.name not in DECODERS.split(","):
            raise Refused("codec", codec=stream.codec_context.name)
    check_size(video.codec_context.width, video.codec_context.height, limits)
    video.codec_context.options = {"max_pixels": str(int(limits["max_pixels"]))}
    return video, audio


def check_size(width: int, height: int, limits: dict[str, float]) -> None:
    longest, shortest = max(width, height), min(width, height)
    too_big = width * height > limits["max_pixels"] or longest > limits["max_side"]
    if too_big or shortest < limits["min_side"]:
        raise Refused("dimensions", width=width, height=height)


class Extent:
    """First and last moment of one stream, and how many packets lie between, from the packets alone."""

    def __init__(self) -> None:
        self.first, self.last_begin, self.end, self.packets = float("inf"), float("-inf"), float("-inf"), 0

    def add(self, packet: Any) -> None:
        moment = packet.pts if packet.pts is not None else packet.dts
        if moment is None or not packet.size:
            return
        begin = float(moment * packet.time_base)
        length = float(packet.duration * packet.time_base) if packet.duration else 0.0
        self.first, self.last_begin = min(self.first, begin), max(self.last_begin, begin)
        self.end = max(self.end, begin + length)
        self.packets += 1

    @property
    def rate(self) -> float:
        return (self.packets - 1) / max(self.last_begin - self.first, 1e-6)


def scan(container: InputContainer, video: Any, audio: Any) -> tuple[Extent, Extent]:
    """Every packet's time, nothing decoded: files without a duration (a browser's live webm) are measured as well."""
    extents = {video.index: Extent(), audio.index: Extent()}
    try:
        for packet in container.demux(video, audio):
            extents[packet.stream.index].add(packet)
    except av.error.FFmpegError:
        pass  # a broken tail: what was measured so far is compared with what was declared
    return extents[video.index], extents[audio.index]


def first_frame(container: InputContainer, stream: Any, at: float) -> Any:
    """The first frame that decodes at or after the key frame before `at` (seconds), or None."""
    try:
        container.seek(max(0, int(at * av.time_base)), backward=True)
    except av.error.FFmpegError:
        return None
    tried = 0
    try:
        for packet in container.demux(stream):
            try:
                for frame in packet.decode():
                    return frame
            except av.error.InvalidDataError:
                pass  # one broken packet is forgiven, `PACKETS_TO_TRY` are not
            tried += 1
            if tried > PACKETS_TO_TRY:
                return None
    except av.error.FFmpegError:
        return None
    return None


def look(path: str, demuxer: str, limits: dict[str, float]) -> dict[str, Any]:
    with open_file(path, demuxer) as container:
        video, audio = pick_streams(container, limits)
        seen, heard = scan(container, video, audio)
        if seen.packets < 2:
            raise Refused("no_video")
        if not heard.packets:
            raise Refused("no_audio")
        zero = container.start_time / av.time_base if container.start_time else min(seen.first, max(0.0, heard.first))
        declared = container.duration / av.time_base if container.duration else 0.0
        ended = max(seen.end, heard.end) - zero
        if declared - ended > max(CUT_SECONDS, CUT_SHARE * declared):
            raise Refused("truncated")
        seconds = seen.end - zero
        if seconds > limits["max_seconds"]:
            raise Refused("too_long", minutes=seconds / 60, limit=limits["max_seconds"] / 60)
        if seconds < limits["min_seconds"]:
            raise Refused("too_short", seconds=seconds, limit=limits["min_seconds"])
        rate = seen.rate
        if rate < limits["min_frame_rate"]:
            raise Refused("frame_rate", rate=rate)
        picture = first_frame(container, video, zero)
        if picture is None or not any(first_frame(container, video, zero + seconds - back) for back in END_SECONDS):
            raise Refused("damaged", part="picture")
        if first_frame(container, audio, zero) is None:
            raise Refused("damaged", part="sound")
        check_size(picture.width, picture.height, limits)
        width, height, rotation = stand_upright(picture, video)
        sound = audio.codec_context
        return {
            "duration": seconds,
            "width": width,
            "height": height,
            "frame_rate": round(rate, 3),
            "rotation": rotation,
            "video_codec": video.codec_context.name,
            "audio_codec": sound.name,
            "sample_rate": sound.sample_rate,
            "channels": sound.layout.nb_channels,
            "video_stream": video.index,
            "audio_stream": audio.index,
            "made_with": made_with(container.metadata),
        }


def made_with(tags: dict[str, str]) -> tuple[str, str]:
    """Make and model, each '' where the file does not say."""
    said = {name.lower(): value[:200] for name, value in tags.items()}
    return next(((said.get(make, ""), said[model]) for make, model in MADE_WITH if model in said), ("", ""))


def stand_upright(picture: Any, video: Any) -> tuple[int, int, int]:
    """Width and height as shown: dots made square, then turned."""
    aspect = video.sample_aspect_ratio
    stretch = float(aspect) if aspect and 0.2 < float(aspect) < 5 else 1.0
    width, height = round(picture.width * stretch), picture.height
    rotation = round(picture.rotation / 90) * 90 % 360
    return (height, width, rotation) if rotation % 180 else (width, height, rotation)


def main(path: str, demuxer: str, limits: str) -> None:
    av.logging.set_level(av.logging.PANIC)
    try:
        answer: dict[str, Any] = {"facts": look(path, demuxer, json.loads(limits))}
    except Refused as refused:
        answer = refused.answer
    json.dump(answer, sys.stdout)


if __name__ == "__main__":
    main(*sys.argv[1:])
