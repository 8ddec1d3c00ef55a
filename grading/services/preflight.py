"""What was found in a prepared recording before it counts, and what becomes of it by its rules."""

import logging
from datetime import timedelta
from typing import Any

from celery.exceptions import SoftTimeLimitExceeded
from django.utils import timezone, translation

from grading import engine
from grading.checks import CHECKS, USUAL, Rule, advice, sentence
from grading.models import Performance

logger = logging.getLogger(__name__)

HOLD = timedelta(hours=24)  # in which a student may look at a warning and record again

Findings = list[dict[str, Any]]


def look(performance: Performance, *, seconds: float) -> tuple[Findings, str]:
    """The findings of a proxy that lasts `seconds`, as `Performance.findings` keeps them, and what broke on the way.

    A check that breaks is our trouble and not the player's: the recording goes on without findings, and whoever asked
    keeps the second for the doctor; '' where nothing broke. The end of the worker's time is no trouble of a check.
    """
    rules = {check: performance.checks.get(check, usual) for check, usual in USUAL.items()}
    try:
        found = engine.preflight(
            performance.folder,
            seconds=seconds,
            asked={check for check, rule in rules.items() if rule != Rule.OFF},
            shortest=performance.checks.get("shortest"),
            longest=performance.checks.get("longest"),
        )
    except SoftTimeLimitExceeded:
        raise
    except Exception as error:
        logger.exception("The preflight of %s failed; it counts without.", performance.pk)
        return [], f"{type(error).__name__}: {error}"[:500]
    return [
        {
            "check": each.check,
            "rule": str(rules[each.check]),
            "measured": {"value": round(each.value, 4), "confidence": round(each.confidence, 3), **each.detail},
            "at": None if each.at is None else round(each.at, 2),
        }
        for each in found
    ], ""


def of_refusal(refusal: engine.Refused) -> Findings:
    """Why `ml` takes a file for no performance, as a finding; nothing where it gave no code."""
    if not refusal.code:
        return []
    return [{"check": refusal.code, "rule": Rule.REFUSE.value, "measured": dict(refusal.numbers), "at": None}]


def refused(findings: Findings) -> str:
    """What is told, in English, of the findings that refuse a recording; '' where none does. Pages say it anew."""
    with translation.override("en"):
        said = [
            " ".join(filter(None, (sentence(each), advice(each))))
            for each in findings
            if each["rule"] == Rule.REFUSE and each["check"] in CHECKS
        ]
    return " ".join(said)


def hold(performance: Performance, findings: Findings) -> None:
    """Keep what was found, and hold the recording for its player's word where there is a warning."""
    performance.findings = findings
    warned = any(each["rule"] == Rule.WARN for each in findings)
    performance.held_until = timezone.now() + HOLD if warned else None
