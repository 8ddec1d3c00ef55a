"""Every word that a person reads is given to translators: by the source, and by the pages themselves."""

from pathlib import Path

import pytest

from tests.unmarked import python, scripts, templates

ROOT = Path(__file__).resolve().parents[1]


def found(paths, unmarked):
    return [
        f"{path.relative_to(ROOT)}:{line}: {text[:80]}" for path in paths for line, text in unmarked(path.read_text())
    ]


def test_every_text_of_a_template_is_marked():
    assert found((path for path in sorted((ROOT / "templates").rglob("*")) if path.is_file()), templates.unmarked) == []


def test_every_sentence_of_the_scripts_is_marked():
    paths = (path for path in sorted((ROOT / "static/js").rglob("*.*")) if path.suffix in (".js", ".mjs"))
    assert found(paths, scripts.unmarked) == []


def test_every_sentence_of_the_code_is_marked():
    assert found(python.files(ROOT / "platform", ROOT / "grading"), python.unmarked) == []


@pytest.mark.parametrize(
    "template",
    [
        "<p>Plain words</p>",
        '{% if a %}{% translate "Marked" %}{% else %}Plain{% endif %}',
        '<a aria-label="Plain words" href="#">{{ name }}</a>',
        '<input placeholder="Plain">',
        "<p>{{ count }} recording{{ count|pluralize }}</p>",
        '<p>{{ name|default:"nobody" }}</p>',
        '{% include "a.html" with title="Plain words" %}',
        "{% block title %}Plain{% endblock %}",
        "{% blocktranslate %}Marked{% endblocktranslate %} plain",
        "\n<!-- a comment -->\n<svg><title>Plain</title></svg>",
    ],
)
def test_plain_text_of_a_template_is_noticed(template):
    assert list(templates.unmarked(template))


@pytest.mark.parametrize(
    "template",
    [
        '{% load i18n %}<p class="small quiet">{% translate "Marked" %} · {{ name }}: <kbd>Enter</kbd></p>',
        "{% block body_class %}narrow wide{% endblock %}",
        "{% blocktranslate count count=n %}{{ count }} word{% plural %}{{ count }} words{% endblocktranslate %}",
        '{% include "a.html" with title=_("Marked words") field=form.name %}',
        '<p>{{ name|default:_("nobody") }} {{ at|date:"DATE_FORMAT" }}</p>',
        "<script>const sentence = 'Not for here.';</script>{# a remark #}",
        "Clavier 12:30",
    ],
)
def test_marked_text_and_names_of_a_template_are_left_alone(template):
    assert list(templates.unmarked(template)) == []


@pytest.mark.parametrize(
    "script",
    [
        'said.textContent = "Saved";',
        "say(`Level ${level} is set`);",
        'const why = isOut ? "You are signed out." : gettext("The house does not answer.");',
        'button.setAttribute("aria-label", "Play");',
        "const words = `${one} of them is here`;",
    ],
)
def test_a_plain_sentence_of_a_script_is_noticed(script):
    assert list(scripts.unmarked(script))


@pytest.mark.parametrize(
    "script",
    [
        'said.textContent = gettext("Saved");',
        'say(ngettext("%(n)s remark is here", "%(n)s remarks are here", n));',
        'interpolate(gettext("%(a)s of %(b)s is done"), { a, b }, true);',
        "// A remark: it says nothing to anybody.",
        'throw new Error("nobody reads this");',
        'root.querySelector("button small quiet");',
        'line.className = "small quiet";',
        'import { written } from "../lib/time.mjs";',
    ],
)
def test_marked_sentences_and_names_of_a_script_are_left_alone(script):
    assert list(scripts.unmarked(script)) == []


@pytest.mark.parametrize(
    "code",
    [
        'raise NotReady("too late")',
        'raise UploadRefused(f"{name} is too large")',
        'messages.success(request, f"{name} is saved.")',
        'SENTENCE = "Nothing was changed."',
        'field = CharField(label="Name")',
        'class Kind(models.TextChoices):\n    GOOD = "good", "well done"',
        'answer = {"sentence": "This is over…"}',
    ],
)
def test_a_plain_sentence_of_the_code_is_noticed(code):
    assert list(python.unmarked(code))


@pytest.mark.parametrize(
    "code",
    [
        '"""A module says what it is."""',
        'raise NotReady(_("too late"))',
        'raise NotReady(_("%(name)s is too large.") % {"name": name})',
        'raise ValueError("Only a programmer reads this.")',
        'logger.warning("The broker is down: %s.", error)',
        'field = CharField(label=_("Name"))',
        'class Kind(models.TextChoices):\n    GOOD = "good", _("well done")',
        'NAMES = ("id", "created_at")',
    ],
)
def test_marked_sentences_and_names_of_the_code_are_left_alone(code):
    assert list(python.unmarked(code)) == []
