from typing import Any

from django import forms

from courses.models import Course

from .queries import Why


class QueueFilter(forms.Form):
    """Two choices that read as a sentence: 'Show everything handed in to all my courses.'"""

    why = forms.ChoiceField(required=False, label="What to show")
    course = forms.TypedChoiceField(required=False, coerce=int, empty_value=None, label="Which course")

    def __init__(self, *args: Any, courses: list[Course], counts: dict[str, int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        total = sum(counts.values())
        why, course = self.fields["why"], self.fields["course"]
        assert isinstance(why, forms.ChoiceField)
        assert isinstance(course, forms.ChoiceField)
        why.choices = [
            ("", f"everything ({total})"),
            *((reason.value, f"{SENTENCES[reason]} ({counts.get(reason.value, 0)})") for reason in Why),
        ]
        course.choices = [("", "all my courses"), *((taught.pk, taught.name) for taught in courses)]


SENTENCES = {
    Why.APPEAL: "what was appealed",
    Why.UNCERTAIN: "what the model is uncertain about",
    Why.DISAGREEMENT: "where picture and sound disagree",
    Why.DUE: "what is due",
    Why.UNGRADED: "what has no grade yet",
    Why.WAITING: "the rest",
}
