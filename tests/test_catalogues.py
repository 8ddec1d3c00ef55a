"""Every word of the source has its translation, whole, in every language: a new word fails here until it has one."""

import ast
import re

import pytest
from django.conf import settings

from core import catalogue

PERCENT = re.compile(r"%\(\w+\)[sd]")
TAGS = re.compile(r"<[^>]+>")
CASES = [(language, domain) for language in catalogue.translators() for domain in catalogue.DOMAINS]


@pytest.fixture(scope="module")
def source():
    return {domain: catalogue.source(domain) for domain in catalogue.DOMAINS}


def keys(words):
    return {(message.context, message.id) for message in words if message.id}


def told(message):
    """Its translations; two or more where it has a plural."""
    return list(message.string) if isinstance(message.string, list | tuple) else [message.string]


def asked(message):
    return list(message.id) if isinstance(message.id, list | tuple) else [message.id]


@pytest.mark.parametrize(("language", "domain"), CASES)
def test_the_catalogue_holds_what_the_source_says_and_nothing_else(source, language, domain):
    """`manage.py messages` brings it up to date."""
    there = keys(catalogue.read(language, domain))
    assert keys(source[domain]) - there == set(), "new in the source"
    assert there - keys(source[domain]) == set(), "not in the source any more"


@pytest.mark.parametrize(("language", "domain"), CASES)
def test_nothing_waits_for_its_translation(language, domain):
    assert [message.id for message in catalogue.missing(catalogue.read(language, domain))] == []


@pytest.mark.parametrize(("language", "domain"), CASES)
def test_what_is_filled_in_and_what_is_marked_up_is_the_same_in_every_language(language, domain):
    for message in catalogue.read(language, domain):
        if not message.id:
            continue
        one_of = [set(PERCENT.findall(text)) for text in asked(message)]
        for text in told(message):
            # A singular may leave the number out ('the recording'), where English does too.
            assert set(PERCENT.findall(text)) <= set().union(*one_of), (message.id, text)
            assert set(PERCENT.findall(text)) >= set.intersection(*one_of) - {"%(n)s"}, (message.id, text)
            assert sorted(TAGS.findall(text)) in [sorted(TAGS.findall(each)) for each in asked(message)], (
                message.id,
                text,
            )


def test_no_word_stands_inside_an_f_string_where_no_catalogue_finds_it():
    hidden = []
    for folder in catalogue.PYTHON:
        for path in (catalogue.ROOT / folder).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.JoinedStr):
                    names = {each.func.id for each in ast.walk(node) if is_call_by_name(each)}
                    hidden += [f"{path}:{node.lineno}"] if names & set(catalogue.KEYWORDS) else []
    assert hidden == []


def is_call_by_name(node):
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name)


def test_every_language_is_offered_by_its_own_name():
    assert dict(settings.LANGUAGES) == {"en": "English", "es": "Español", "zh-hans": "中文"}
