from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password

from accounts.models import User

from .models import Assignment, Course, Enrolment, Piece


class CodeForm(forms.Form):
    code = forms.CharField(
        label="Invitation code",
        max_length=20,
        help_text="Eight letters and digits, from your teacher.",
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
    )


class JoinForm(CodeForm):
    name = forms.CharField(label="Your name", max_length=120, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    email = forms.EmailField(label="E-mail address", widget=forms.EmailInput(attrs={"autocomplete": "username"}))
    password = forms.CharField(
        label="Password",
        strip=False,
        help_text="At least eight characters, and not one that everybody uses.",
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    may_train = forms.BooleanField(
        label="My recordings and grades may help to train the school's model.",
        required=False,
        help_text="You can take this back at any time, and your grades do not depend on it.",
    )

    def clean_email(self) -> str:
        email: str = self.cleaned_data["email"].lower()
        if User.objects.filter(email=email).exists():
            raise forms.ValidationError("This address has an account already. Sign in first, then use the code.")
        return email

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if "password" in cleaned:
            who = User(email=cleaned.get("email", ""), name=cleaned.get("name", ""))
            try:
                validate_password(cleaned["password"], who)
            except forms.ValidationError as error:
                self.add_error("password", error)
        return cleaned


class CourseForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = Course
        fields = ("name", "description", "shows_provisional")
        labels = {"shows_provisional": "Students see the model's grade until the teacher has released one."}


class InvitationForm(forms.Form):
    role = forms.ChoiceField(label="As", choices=Enrolment.Role.choices)
    uses = forms.IntegerField(label="For how many people", min_value=1, max_value=500, initial=30)

    def __init__(self, *args: Any, may_invite_teachers: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not may_invite_teachers:
            student = Enrolment.Role.STUDENT
            self.fields["role"] = forms.ChoiceField(label="As", choices=[(student.value, student.label)])


class EnrolForm(forms.Form):
    email = forms.EmailField(label="E-mail address of the person")
    role = forms.ChoiceField(label="As", choices=Enrolment.Role.choices)

    def clean_email(self) -> str:
        email: str = self.cleaned_data["email"].lower()
        self.user = User.objects.filter(email=email).first()
        if self.user is None:
            raise forms.ValidationError("Nobody with this address has an account. Send an invitation code instead.")
        return email


class PieceForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = Piece
        fields = ("composer", "title")


class AssignmentForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = Assignment
        fields = ("piece", "rubric", "instructions", "due_at")
        labels = {"due_at": "Due"}
        help_texts = {"instructions": "What to play, from which bar to which, and what to listen for."}
        widgets = {"due_at": forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")}
