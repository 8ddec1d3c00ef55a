"""What a letter is written about, in the transaction of what it tells of."""

from accounts.models import Letter
from grading.models import Abstention, Performance
from grading.signals import recording_refused
from reviews.marks import Marks
from reviews.services import marking
from tests import factories
from tests.accounts.posting import Kind


class TestOccasions:
    def kinds(self) -> list[str]:
        return list(Letter.objects.order_by("pk").values_list("kind", flat=True))

    def release(self, submission, teacher, level=6, seen=None, answer=""):
        return marking.release(
            submission=submission, teacher=teacher, marks=Marks(level=level, answer=answer), autograde=None, seen=seen
        )

    def test_a_result(self, cast):
        submission = factories.submission(student=cast.student, assignment=cast.assignment)
        self.release(submission, cast.teacher)
        letter = Letter.objects.get()
        assert (letter.user, letter.kind) == (cast.student, Kind.RELEASED)
        assert letter.about["address"] == f"/submissions/{submission.pk}/"

    def test_the_first_of_two_markers_is_no_occasion(self, cast):
        submission = factories.submission(student=cast.student, assignment=cast.assignment, second=True)
        self.release(submission, cast.teacher)
        assert self.kinds() == []
        self.release(submission, cast.admin)
        assert self.kinds() == [Kind.RELEASED]

    def test_an_answer_to_an_appeal_is_one_letter_of_its_own(self, cast):
        submission = factories.submission(student=cast.student, assignment=cast.assignment)
        factories.result(submission.performance, rater=cast.teacher)
        factories.appeal(submission)
        self.release(submission, cast.admin, answer="The pulse is steady from the second line on.")
        assert self.kinds() == [Kind.APPEAL]

    def test_a_teacher_who_asks_for_another_recording(self, cast):
        submission = factories.submission(student=cast.student, assignment=cast.assignment)
        kind = Abstention.Kind.UNUSABLE
        marking.abstain(submission=submission, teacher=cast.teacher, kind=kind, reason="There is no sound at all.")
        letter = Letter.objects.get()
        assert (letter.kind, letter.about["why"]) == (Kind.PROBLEM, ["There is no sound at all."])
        assert letter.about["again"]

    def test_one_that_is_left_to_a_colleague_is_no_occasion(self, cast):
        submission = factories.submission(student=cast.student, assignment=cast.assignment)
        kind = Abstention.Kind.CONFLICT
        marking.abstain(submission=submission, teacher=cast.teacher, kind=kind, reason="She is my niece.")
        assert self.kinds() == []

    def test_a_recording_that_was_refused(self, cast):
        refused = factories.performance(
            player=cast.student, state=Performance.State.REFUSED, trouble="This file has no picture."
        )
        factories.submission(student=cast.student, assignment=cast.assignment, performance=refused)
        recording_refused.send(sender=Performance, performance=refused)
        assert Letter.objects.get().about["why"] == ["This file has no picture."]

    def test_one_that_nobody_has_handed_in_is_the_houses_own(self, cast):
        recording_refused.send(sender=Performance, performance=factories.performance(player=cast.student))
        assert self.kinds() == []
