"""People, and what each has agreed to."""

import uuid
from typing import Any

from django.contrib.auth.models import AbstractUser, BaseUserManager
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email__iexact=username)


class User(AbstractUser):
    """Signs in by e-mail. Teacher or student one is in a course (courses.Enrolment); admin of the house: `is_staff`."""

    username = None  # type: ignore[assignment]
    email = models.EmailField("e-mail address", unique=True)
    name = models.CharField(max_length=120)
    # Of the pages and of mail; '' follows the browser.
    language = models.CharField(max_length=10, blank=True)
    # The day from which on a child decides alone; empty for who was of age at joining.
    of_age_on = models.DateField(null=True, blank=True)
    # Kinds of mail that are not wanted (Letter.Kind).
    silenced = models.JSONField(default=list, blank=True)
    # When all that names this person was taken away; what points at the row stays for the school's records.
    erased_at = models.DateTimeField(null=True, blank=True)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    objects = UserManager()  # type: ignore[assignment,misc]

    def __str__(self) -> str:
        return gettext("a former member") if self.erased_at else self.name or self.email

    @property
    def is_admin(self) -> bool:
        return self.is_staff

    @property
    def is_minor(self) -> bool:
        return self.of_age_on is not None and self.of_age_on > timezone.localdate()


class Consent(models.Model):
    """One act of agreeing or withdrawing; the newest row per person and purpose holds. Append-only."""

    class Purpose(models.TextChoices):
        GRADING = "grading", _("a model may grade my recordings before my teacher does")
        SECOND = "second", _("a second teacher may mark my recordings")
        TRAINING = "training", _("my recordings and grades may help to train the school's model")
        SHOWING = "showing", _("my teachers may show recordings of mine to the class")

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="consents")
    purpose = models.CharField(max_length=10, choices=Purpose)
    granted = models.BooleanField()
    # Who decided for a child.
    guardian = models.ForeignKey(
        "accounts.Guardian", null=True, blank=True, on_delete=models.SET_NULL, related_name="consents"
    )
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("-at", "-id")

    def __str__(self) -> str:
        return f"{self.user}: {self.purpose} {'yes' if self.granted else 'no'}"


class Guardian(models.Model):
    """Who decides for a child: asked by mail with a signed link that expires, and heard once it was used."""

    child = models.ForeignKey(User, on_delete=models.CASCADE, related_name="guardians")
    email = models.EmailField("e-mail address")
    name = models.CharField(max_length=120, blank=True)
    language = models.CharField(max_length=10, blank=True)
    asked_at = models.DateTimeField(auto_now_add=True)
    confirmed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-asked_at",)
        constraints = [models.UniqueConstraint(fields=("child", "email"), name="one_guardian_per_address")]

    def __str__(self) -> str:
        return f"{self.name or self.email} for {self.child}"


class Letter(models.Model):
    """A mail to be sent, or sent: the row is the truth, so that a mail server that is away loses nothing."""

    class Kind(models.TextChoices):
        PROBLEM = "problem", _("a recording of mine could not be taken")
        RELEASED = "released", _("a result is released")
        APPEAL = "appeal", _("an appeal is decided")
        GUARDIAN = "guardian", _("a guardian is asked")
        EXPORT = "export", _("my data are packed")
        ALARM = "alarm", _("the model needs a look")
        WEEKLY = "weekly", _("the week of the model")

    # What one may switch off; the others are answers to what somebody has just asked for.
    OPTIONAL = (Kind.PROBLEM, Kind.RELEASED, Kind.APPEAL, Kind.ALARM, Kind.WEEKLY)

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="letters")
    guardian = models.ForeignKey(Guardian, null=True, blank=True, on_delete=models.CASCADE, related_name="letters")
    kind = models.CharField(max_length=10, choices=Kind)
    # What its template needs: ids, words and addresses on the site, no secrets.
    about = models.JSONField(default=dict, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    trouble = models.TextField(blank=True)
    next_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ("created_at",)
        indexes = [models.Index(fields=("sent_at", "next_at"), name="letter_sent_next")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.user}"


class Export(models.Model):
    """One archive of everything about a person, packed by a worker and kept for a while."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="exports")
    asked_at = models.DateTimeField(auto_now_add=True)
    ready_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    size = models.PositiveBigIntegerField(default=0)
    trouble = models.TextField(blank=True)

    class Meta:
        ordering = ("-asked_at",)

    def __str__(self) -> str:
        return f"Export of {self.user}"


class SignInFailure(models.Model):
    """A wrong password: counted for a while, so that nobody can go on guessing (see accounts/tries.py)."""

    email = models.CharField(max_length=254)
    address = models.CharField(max_length=45)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = [models.Index(fields=("email", "at"), name="failure_email_at")]

    def __str__(self) -> str:
        return f"{self.email} from {self.address}"
