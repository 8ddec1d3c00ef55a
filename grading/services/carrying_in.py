"""Rows that come into the house, once `made_ready` has looked at their files: all of it is taken in, or nothing."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.db import transaction

from grading.checks import USUAL, Rule
from grading.exchange import people
from grading.exchange.people import Person
from grading.exchange.rows import Carried, Rated, Wrong
from grading.models import Performance, PlayerPart, Rating, Remark, Result, Rubric, Technique
from grading.people import User
from grading.signals import ratings_imported

from . import carried_rubrics, performances, usual
from .made_ready import Ready

NO_CHECKS = dict.fromkeys(USUAL, Rule.OFF.value)  # nobody is there who could record it again


@dataclass(frozen=True)
class Taken:
    """How many of each came in, what was known already, and what stayed outside and why; all but ratings, players and
    raters count recordings.
    """

    performances: int
    ratings: int
    players: int
    raters: int
    known: int
    unagreed: int  # their player does not agree to training, as the archive or this house says
    forgotten: int  # of somebody who asked this house to be forgotten
    missing: int  # their file did not come


@transaction.atomic
def take_in(*, ready: list[Ready], carried: Carried, source: str, by: User | None) -> Taken:
    """Rows, people and ratings; each new recording is prepared like any other. What is here already stays as it is."""
    willing = [each for each in ready if each.row.training is not False]
    players = people.people().behind({each.row.player for each in willing}, source=source)
    forgotten = [each for each in willing if players[each.row.player].user is None]
    admitted = [each for each in willing if _agrees(players[each.row.player])]
    raters = people.people().behind({rating.rater for each in admitted for rating in each.row.ratings}, source=source)
    rubrics = carried_rubrics.find_or_make(carried, [each.row for each in admitted], source=source)
    _keep_parts(admitted, players)
    _keep_consents(admitted, players)
    ratings = 0
    for each in admitted:
        row = each.known or _receive(each, players[each.row.player], rubrics.get(each.row.rubric), source)
        new = _rate(row, each.row.ratings, raters, source)
        if new and not row.collection:
            ratings_imported.send(sender=Rating, performance=row, source=source, count=new, by=by)
        ratings += new
    return Taken(
        performances=sum(each.known is None for each in admitted),
        ratings=ratings,
        players=len({each.row.player for each in admitted}),
        raters=len({rating.rater for each in admitted for rating in each.row.ratings}),
        known=sum(each.known is not None for each in admitted),
        unagreed=len(ready) - len(admitted) - len(forgotten),
        forgotten=len(forgotten),
        missing=carried.missing,
    )


def _agrees(player: Person) -> bool:
    return player.user is not None and (player.training or not player.own)


def _keep_parts(admitted: Iterable[Ready], players: Mapping[str, Person]) -> None:
    """Whoever stood in the audit part stays in it. Who has a part here keeps it: it may have been learned from."""
    parts: dict[str, str] = {}
    for each in admitted:
        part = each.row.part
        if part and parts.setdefault(each.row.player, part) != part:
            raise Wrong("two_parts", each.row.place, player=each.row.player)
    for player, part in parts.items():
        PlayerPart.objects.get_or_create(player=players[player].user, defaults={"part": part})


def _keep_consents(admitted: Iterable[Ready], players: Mapping[str, Person]) -> None:
    """Of those who came in. What one of this house has agreed to is known better here."""
    since: dict[str, datetime | None] = {}
    grading: set[str] = set()
    for each in admitted:
        if not players[each.row.player].own:
            since.setdefault(each.row.player, each.row.training_since)
            grading |= {each.row.player} if each.row.grading else set()
    for player, at in since.items():
        user = players[player].user
        assert user is not None
        people.people().agree(user, training_since=at, grading=player in grading)


def _receive(each: Ready, player: Person, rubric: Rubric | None, source: str) -> Performance:
    assert player.user is not None
    row = each.row
    performance = performances.receive(
        pk=each.pk,
        player=player.user,
        piece=row.piece,
        source=each.file,
        source_name=f"recording{Path(row.file).suffix.lower()}",
        may_train=True,
        may_grade=player.grading if player.own else row.grading,
        rubric=rubric,
        checks=NO_CHECKS,
        generated=row.generated,
        crop=each.crop,
        collection=source,
    )
    if row.recorded:
        Performance.objects.filter(pk=performance.pk).update(created_at=row.recorded)
    return performance


def _rate(performance: Performance, ratings: Iterable[Rated], raters: Mapping[str, Person], source: str) -> int:
    """Add the ratings that are not here yet; how many."""
    here = set()
    for rating in performance.ratings.all():
        said = (rating.rater_id, rating.purpose, rating.level, _marks(rating.criteria))
        here |= {(*said, rating.created_at), (*said, None)}
    new = [
        (rated, rater.pk)
        for rated in ratings
        if (rater := raters[rated.rater].user)
        and (rater.pk, rated.purpose, rated.level, _marks(rated.criteria), rated.at) not in here
    ]
    rows = Rating.objects.bulk_create(
        Rating(
            performance=performance,
            rater_id=rater,
            level=rated.level,
            criteria=dict(rated.criteria),
            autograde_visible=not rated.blind,
            purpose=rated.purpose,
            source=rated.source or source,
        )
        for rated, rater in new
    )
    for row, (rated, _) in zip(rows, new, strict=True):
        row.created_at = rated.at or row.created_at
    Rating.objects.bulk_update(rows, ["created_at"])
    Remark.objects.bulk_create(
        Remark(
            rating=row,
            start=moment.start,
            end=moment.end,
            mark=moment.mark,
            criterion=moment.criterion,
            technique=_technique(moment.technique),
        )
        for row, (rated, _) in zip(rows, new, strict=True)
        for moment in rated.remarks
    )
    decided = next(((row, rated) for row, (rated, _) in zip(rows, new, strict=True) if rated.rule), None)
    if decided is not None:
        _keep_result(*decided)
    return len(rows)


def _keep_result(rating: Rating, rated: Rated) -> None:
    """It was released elsewhere: here nobody is told of it, and a result that is here already stands."""
    released = rated.released or rating.created_at
    _, made = Result.objects.get_or_create(
        performance=rating.performance, defaults={"rating": rating, "rule": rated.rule, "released_at": released}
    )
    if made:
        usual.keep(player=rating.performance.player)


def _marks(criteria: Mapping[str, int]) -> tuple[tuple[str, int], ...]:
    return tuple(sorted(criteria.items()))


def _technique(name: str) -> Technique | None:
    """A word of another school's vocabulary is kept, but not offered to teachers here."""
    return Technique.objects.get_or_create(name=name, defaults={"retired": True})[0] if name else None
