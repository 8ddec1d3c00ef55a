from django import forms

from courses.models import Course

from .queries import Why


class QueueFilter(forms.Form):
    """Two choices that read as a sentence: 'Show everything handed in to all my courses.'"""

    why = forms.ChoiceField(required=False, label="What to show")
    course = forms.TypedChoiceField(required=False, coerce=int, empty_value=None, label="Which course")

    def __init__(self, *args: object, courses: list[Course], counts: dict[str, int], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        total = sum(counts.values())
        self.fields["why"].choices = [
            ("", f"everything ({total})"),
            *((why.value, f"{SENTENCES[why]} ({counts.get(why.value, 0)})") for why in Why),
        ]
        self.fields["course"].choices = [("", "all my courses"), *((course.pk, course.name) for course in courses)]


SENTENCES = {
    Why.APPEAL: "what was appealed",
    Why.UNCERTAIN: "what the model is uncertain about",
    Why.DISAGREEMENT: "where picture and sound disagree",
    Why.DUE: "what is due",
    Why.UNGRADED: "what has no grade yet",
    Why.WAITING: "the rest",
}
