import re

import pytest
from django.conf import settings
from django.template import Context, Template

from core.templatetags.clavier import expected, icon, level_keys, seconds_tag


def test_a_level_is_ten_keys_with_the_interval_shaded_and_one_pressed():
    drawn = level_keys(6.13, 5, 7)
    assert len(re.findall(r'class="key[ "]', drawn)) == 10
    assert drawn.count("key--likely") == 2
    assert drawn.count("key--pressed") == 1
    assert ">6</span>" in drawn


def test_ears_hear_the_level_and_the_interval():
    assert "level 6, most likely between 5 and 7<" in level_keys(6.13, 5, 7)
    assert "level 6, most likely 6<" in level_keys(6.13, 6, 6)
    assert "level 3, by the teacher<" in level_keys(3, kind="teacher")


def test_no_level_is_said_in_words():
    drawn = level_keys(None)
    assert "no level yet" in drawn
    assert "key--pressed" not in drawn


@pytest.mark.parametrize(
    ("value", "written"),
    [(67, "1:07"), (0, "0:00"), (59.9, "0:59"), (3723, "1:02:03"), (None, "–"), (float("nan"), "–")],
)
def test_seconds_are_written_as_minutes(value, written):
    assert seconds_tag(value) == written


def test_seconds_are_a_tag_and_a_filter():
    template = Template("{% load clavier %}{% seconds t %} {{ t|seconds }}")
    assert template.render(Context({"t": 67})) == "1:07 1:07"


def test_the_mean_of_ten_probabilities():
    assert expected([0] * 4 + [0.5, 0.5] + [0] * 4) == pytest.approx(5.5)


def test_an_icon_is_drawn_inline_and_kept_from_ears():
    drawn = icon("play")
    assert drawn.startswith("<svg")
    assert 'aria-hidden="true"' in drawn
    assert "<!--" not in drawn


def luminance(colour):
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one, other):
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


INKS = ("ink", "ink-quiet", "accent", "visual-ink", "aural-ink", "fused-ink", "good", "warn")
PAIRS = [
    *[(ink, ground) for ink in INKS for ground in ("paper", "sheet")],
    ("ink", "sunken"),
    ("ink-quiet", "sunken"),
    ("on-accent", "accent"),
    ("on-accent", "accent-strong"),
    ("good", "good-tint"),
    ("warn", "warn-tint"),
    ("ink", "accent-tint"),
    ("accent", "accent-tint"),
]


@pytest.mark.parametrize("block", [":root {", ':root[data-theme="dark"] {', ":root:not([data-theme]) {"])
def test_every_text_colour_reaches_the_contrast_for_reading(block):
    css = (settings.ROOT / "static/css/tokens.css").read_text()
    colours = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", css[css.index(block) :].partition("\n}")[0]))
    poor = {pair: round(contrast(*(colours[name] for name in pair)), 2) for pair in PAIRS}
    assert {pair: value for pair, value in poor.items() if value < 4.5} == {}


def test_dark_by_choice_and_dark_by_system_are_the_same():
    css = (settings.ROOT / "static/css/tokens.css").read_text()
    chosen, system = (
        re.findall(r"--[\w-]+: [^;]+;", css[css.index(block) :].partition("}")[0])
        for block in (':root[data-theme="dark"] {', ":root:not([data-theme]) {")
    )
    assert chosen == system
