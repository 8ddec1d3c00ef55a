"""Labelled data and the runs that learn from it."""

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from .jobs import Job


class PlayerPart(models.Model):
    """The part of the data a player belongs to, for good: nobody ever moves from the audit part to training."""

    class Part(models.TextChoices):
        TRAIN = "train", _("training")
        VALIDATION = "validation", _("validation")
        AUDIT = "audit", _("audit")

    player = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="part")
    part = models.CharField(max_length=10, choices=Part)

    def __str__(self) -> str:
        return f"{self.player_id}: {self.part}"


class Dataset(models.Model):
    """An immutable snapshot of labelled performances, named by the digest of its manifest."""

    digest = models.CharField(max_length=64, unique=True)
    # Only recordings judged by this rubric; None for all.
    rubric = models.ForeignKey(
        "grading.Rubric", null=True, blank=True, on_delete=models.PROTECT, related_name="datasets"
    )
    manifest = models.JSONField()
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("-created_at",)

    def __str__(self) -> str:
        return f"Dataset {self.pk} ({self.digest[:8]})"


class Example(models.Model):
    dataset = models.ForeignKey(Dataset, on_delete=models.CASCADE, related_name="examples")
    # A withdrawn recording leaves the row of the old snapshot behind, without the recording.
    performance = models.ForeignKey(
        "grading.Performance", null=True, on_delete=models.SET_NULL, related_name="examples"
    )
    rating = models.ForeignKey("grading.Rating", null=True, on_delete=models.SET_NULL, related_name="examples")
    # The combined level, and what the raters' distribution over the ten levels is; None in old snapshots.
    level = models.FloatField()
    target = models.JSONField(null=True, blank=True)
    weight = models.FloatField(default=1.0)
    raters = models.PositiveSmallIntegerField(default=1)
    part = models.CharField(max_length=10, choices=PlayerPart.Part)

    class Meta:
        constraints = [models.UniqueConstraint(fields=("dataset", "performance"), name="one_example_per_performance")]

    def __str__(self) -> str:
        return f"{self.performance_id}: level {self.level} ({self.part})"


class TrainingRun(models.Model):
    """One training with its config, progress, metrics and log. Its job row carries the lease."""

    class Origin(models.TextChoices):
        LAB = "lab", _("from the lab")
        COMMAND = "command", _("from the command line")
        API = "api", _("by a program")
        SCHEDULE = "schedule", _("by the schedule")

    dataset = models.ForeignKey(Dataset, on_delete=models.PROTECT, related_name="runs")
    start = models.ForeignKey("grading.ModelVersion", on_delete=models.PROTECT, related_name="descendants")
    config = models.JSONField(default=dict)
    origin = models.CharField(max_length=10, choices=Origin, default=Origin.LAB)
    # What it ran on and by which code: {"device", "memory", "processes", "torch", "precision"}
    code_version = models.CharField(max_length=80, blank=True)
    hardware = models.JSONField(default=dict, blank=True)
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    # [{"epoch", "loss", "mae", "qwk", "eta"}], one per epoch, in order
    history = models.JSONField(default=list)
    log = models.TextField(blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("-created_at",)

    def __str__(self) -> str:
        return gettext("Training %(number)s") % {"number": self.pk}

    @property
    def job(self) -> Job | None:
        return max(self.jobs.all(), key=lambda job: job.pk, default=None)


class RetrainingPolicy(models.Model):
    """When the house trains by itself. One row."""

    enabled = models.BooleanField(default=False)
    min_new_labels = models.PositiveIntegerField(default=20, validators=[MinValueValidator(1)])
    every_hours = models.PositiveIntegerField(default=24, validators=[MinValueValidator(1)])
    # On this day too, however many labels are new; it is emptied once the training has begun.
    on_date = models.DateField(null=True, blank=True)

    class Meta:
        verbose_name_plural = "retraining policies"

    def __str__(self) -> str:
        return f"at least {self.min_new_labels} new labels, at most every {self.every_hours} hours"

    @classmethod
    def current(cls) -> "RetrainingPolicy":
        return cls.objects.get_or_create(pk=1)[0]


class LabelRule(models.Model):
    """How what several people said of one recording becomes one label. One row."""

    class Combination(models.TextChoices):
        WEIGHTED = "weighted", _("by reliability: each teacher's leaning is taken out, the more consistent count more")
        MEAN = "mean", _("the plain mean")
        MAJORITY = "majority", _("the level most of them gave")

    combination = models.CharField(max_length=10, choices=Combination, default=Combination.WEIGHTED)
    # Raters further apart than this many levels teach nothing until somebody has settled it.
    disagreement = models.FloatField(default=2.0, validators=[MinValueValidator(0.0), MaxValueValidator(9.0)])
    # How much more than a usual one a rating counts that was given without the model's word, that answers an appeal,
    # that checks the model.
    blind_weight = models.FloatField(default=1.5, validators=[MinValueValidator(0.0)])
    appeal_weight = models.FloatField(default=3.0, validators=[MinValueValidator(0.0)])
    audit_weight = models.FloatField(default=2.0, validators=[MinValueValidator(0.0)])

    def __str__(self) -> str:
        return self.get_combination_display()

    @classmethod
    def current(cls) -> "LabelRule":
        return cls.objects.get_or_create(pk=1)[0]


class Round(models.Model):
    """A handful of recordings that teachers are asked to rate next, mostly such as the model is unsure about."""

    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    # Closed by a later round, or when all are rated.
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-created_at",)

    def __str__(self) -> str:
        return f"Round {self.pk}"


class AskedQuerySet(models.QuerySet["Asked"]):
    def open(self) -> "AskedQuerySet":
        """Not answered, and asked for still: the round is not over, and the player's consent stands."""
        return self.filter(rating__isnull=True, round__closed_at__isnull=True, performance__may_train=True)

    def audits(self) -> "AskedQuerySet":
        return self.filter(reason=Asked.Reason.AUDIT)


class Asked(models.Model):
    """One recording of a round, why it was chosen, and the rating that answered."""

    class Reason(models.TextChoices):
        UNCERTAIN = "uncertain", _("the model is unsure")
        CONTROL = "control", _("chosen by chance")
        AUDIT = "audit", _("checks the model")

    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="asked")
    performance = models.ForeignKey("grading.Performance", on_delete=models.CASCADE, related_name="asked")
    reason = models.CharField(max_length=10, choices=Reason)
    # What the model said of it then, in levels of spread; None where nothing was said.
    uncertainty = models.FloatField(null=True, blank=True)
    order = models.PositiveSmallIntegerField(default=0)
    rating = models.OneToOneField(
        "grading.Rating", null=True, blank=True, on_delete=models.SET_NULL, related_name="answers"
    )

    objects = AskedQuerySet.as_manager()

    class Meta:
        ordering = ("round", "order")
        constraints = [models.UniqueConstraint(fields=("round", "performance"), name="one_question_per_round")]

    def __str__(self) -> str:
        return f"{self.performance_id} in round {self.round_id}: {self.reason}"


class Bundle(models.Model):
    """Labelled data on its way out of the house or into it, in one of the layouts that others read."""

    class Way(models.TextChoices):
        OUT = "out", _("export")
        IN = "in", _("import")

    class Layout(models.TextChoices):
        CLAVIER = "clavier", _("Clavier: manifest in JSON Lines, with media")
        CSV = "csv", _("table (CSV)")
        DATASETS = "datasets", _("Hugging Face datasets (Parquet)")
        PISA = "pisa", _("PISA (a folder of videos and a table)")
        LABEL_STUDIO = "labelstudio", _("Label Studio (JSON)")

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        READY = "ready", _("ready")
        REFUSED = "refused", _("refused")
        GONE = "gone", _("no longer kept")

    way = models.CharField(max_length=4, choices=Way)
    layout = models.CharField(max_length=12, choices=Layout)
    # What is carried out; of an import, the collection's name as every rating of it says.
    dataset = models.ForeignKey(Dataset, null=True, blank=True, on_delete=models.CASCADE, related_name="bundles")
    source = models.CharField(max_length=120, blank=True)
    # Below VAR/bundles; only an admin may fetch it.
    file = models.CharField(max_length=200, blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    trouble = models.TextField(blank=True)
    # {"performances", "ratings", "raters", "bytes", …}
    numbers = models.JSONField(default=dict, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("-created_at",)

    def __str__(self) -> str:
        return f"{self.way} {self.layout} {self.pk}"
