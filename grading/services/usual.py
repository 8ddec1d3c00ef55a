"""What was usually released to a player: kept beside the results, since no queue can add up everybody's history."""

from django.db import transaction
from django.db.models import Avg, Count

from grading.models import Result, UsualLevel
from grading.people import User


@transaction.atomic
def keep(*, player: User) -> None:
    """Add the player's results up again, whatever happened to them; nothing stands where there are none."""
    # The row is held while its results are read, so that of two releases at once the later one counts both.
    UsualLevel.objects.get_or_create(player=player, defaults={"level": 0.0, "results": 0})
    usual = UsualLevel.objects.select_for_update().get(player=player)
    found = Result.objects.filter(performance__player=player).aggregate(level=Avg("rating__level"), results=Count("pk"))
    if not found["results"]:
        usual.delete()
        return
    usual.level, usual.results = found["level"], found["results"]
    usual.save(update_fields=("level", "results"))
