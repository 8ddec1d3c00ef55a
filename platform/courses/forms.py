from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User

from .check_forms import ChecksMixin
from .models import Assignment, Course, Enrolment, Piece
from .services import assignments


class CourseForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = Course
        fields = (
            *("name", "description", "shows_provisional", "blind_percent", "check_percent"),
            *("abstain_over", "appeal_days", "answer_days"),
        )
        labels = {
            "name": _("Name"),
            "description": _("Description"),
            "shows_provisional": _("Students see the model's grade until the teacher has released one."),
            "blind_percent": _("Rated before the teacher sees the model's grade, of a hundred recordings"),
            "check_percent": _("Put forward in the queue by chance alone, of a hundred recordings"),
            "abstain_over": _("When the model is unsure: a teacher decides where its range holds more levels than"),
            "appeal_days": _("Days after a result in which a student may ask for another look"),
            "answer_days": _("Days in which the school answers"),
        }
        help_texts = {
            "blind_percent": _(
                "Drawn when a recording is handed in. It shows how far the model's grade pulls a "
                "teacher's own: each teacher sees hers, nobody else does."
            ),
            "check_percent": _("The queue puts the uncertain first. These few keep an eye on the rest."),
            "abstain_over": _(
                "The student then sees no level before a teacher has listened, and the queue puts the recording "
                "forward. A range of three levels is usual. Leave it empty to let every grade stand. It counts for "
                "what is handed in from now on."
            ),
            "appeal_days": _("With 0 nobody can ask. A teacher answers who has not marked the recording."),
            "answer_days": _("Shown to the student. A clock that runs is not changed by it."),
        }


class InvitationForm(forms.Form):
    role = forms.ChoiceField(label=_("As"), choices=Enrolment.Role.choices)
    uses = forms.IntegerField(label=_("For how many people"), min_value=1, max_value=500, initial=30)

    def __init__(self, *args: Any, may_invite_teachers: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not may_invite_teachers:
            student = Enrolment.Role.STUDENT
            self.fields["role"] = forms.ChoiceField(label=_("As"), choices=[(student.value, student.label)])


class EnrolForm(forms.Form):
    email = forms.EmailField(label=_("E-mail address of the person"))
    role = forms.ChoiceField(label=_("As"), choices=Enrolment.Role.choices)

    def clean_email(self) -> str:
        email: str = self.cleaned_data["email"].lower()
        self.user = User.objects.filter(email=email).first()
        if self.user is None:
            raise forms.ValidationError(_("Nobody with this address has an account. Send an invitation code instead."))
        return email


class PieceForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = Piece
        fields = ("composer", "title")
        labels = {"composer": _("Composer"), "title": _("Title")}


class AssignmentForm(ChecksMixin):
    class Meta:
        model = Assignment
        fields = (
            *("piece", "rubric", "instructions", "due_at", "accepts_late", "attempts", "counting"),
            *("second_marking", "second_percent", "tolerance"),
        )
        labels = {
            "piece": _("Piece"),
            "rubric": _("Rubric"),
            "instructions": _("Instructions"),
            "due_at": _("Due"),
            "accepts_late": _("What comes later is taken too, and marked as late."),
            "attempts": _("Attempts"),
            "counting": _("If there are several"),
            "second_marking": _("How many teachers mark it"),
            "second_percent": _("If a share: of a hundred recordings, how many"),
            "tolerance": _("Levels that two teachers may differ by"),
        }
        help_texts = {
            "instructions": _("What to play, from which bar to which, and what to listen for."),
            "accepts_late": _("Without it nothing is taken after that moment; what was begun in time still arrives."),
            "attempts": _(
                "How often each student may hand in. Leave it empty for as often as they like. Recordings that could "
                "not be used or that were taken back are not counted. What was handed in stays, also where you lower "
                "the number."
            ),
            "counting": _("Only attempts with a result count. Every attempt is kept and can be listened to."),
            "second_marking": _(
                "Two teachers mark each for themselves; neither sees what the other says before both have finished."
            ),
            "tolerance": _(
                "Within it the first marker's level stands. Beyond it a third teacher of the course, its head or an "
                "admin decides."
            ),
        }
        widgets = {
            "instructions": forms.Textarea(attrs={"rows": 4}),
            "due_at": forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        }

    def clean_second_marking(self) -> str:
        chosen: str = self.cleaned_data["second_marking"]
        if chosen != Assignment.SecondMarking.NONE:
            try:
                assignments.require_two_teachers(self.instance.course)
            except assignments.AssignmentRefused as reason:
                raise forms.ValidationError(str(reason)) from reason
        return chosen
