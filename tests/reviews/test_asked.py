"""What a round of the lab asks of teachers: in the queue, on the desk, and what comes of it."""

import pytest
from django.core import mail
from django.urls import reverse

from accounts.models import Consent
from accounts.services import consents
from core.models import Event
from courses.models import Enrolment
from grading.models import Asked, Rating, Remark, Result
from grading.services import rounds
from reviews import agreement, queries, visibility
from reviews.marks import Marks, Moment
from reviews.models import Marking, Moderation
from reviews.ranking import Why
from reviews.services import claims, drafts, marking
from submissions.models import Submission
from tests import factories
from tests.asking import around, audited, graded
from tests.reviews.waiting import QUEUE, hand_in, waiting

SECRETS = ("A dance at last.", "Too loud here", "key--pressed", "released at level")


def page_of(client, url: str) -> str:
    return " ".join(client.get(url).content.decode().split())


def desk_of(submission) -> str:
    return reverse("reviews:desk", args=[submission.pk])


def release(submission, teacher, level=5):
    return marking.release(
        submission=Submission.objects.get(pk=submission.pk),
        teacher=teacher,
        marks=Marks(level=level),
        autograde=None,
        seen=None,
    )


@pytest.fixture
def checked(cast, colleague):
    """Released by the cast's teacher with level 7, a comment and a remark; the colleague is asked to rate it too."""
    submission = audited(cast)
    rating = submission.performance.result.rating
    Remark.objects.create(rating=rating, start=1.0, text="Too loud here")
    rounds.ask_audit(by=cast.admin)
    return Submission.objects.get(pk=submission.pk)


# What the model would learn most from


def test_it_stands_first_and_says_why(cast, client_of):
    hand_in(cast, grade={"low": 1, "high": 10, "visual": around(2, 1), "aural": around(9, 1)}, checked=True)
    asked = graded(cast)
    Asked.objects.create(round=rounds.Round.objects.create(), performance=asked.performance, reason="uncertain")
    assert waiting(cast.teacher)[0] == asked
    page = page_of(client_of(cast.teacher), QUEUE)
    assert page.index("<h2>Asked for</h2>") < page.index("The model is unsure here") < page.index("What else waits")
    assert "1 of them the lab asks for" in page_of(client_of(cast.teacher), "/")


def test_chance_is_told_as_chance(cast, client_of):
    graded(cast)
    rounds.ask(by=None, control_share=1.0)
    assert "Chosen by chance" in page_of(client_of(cast.teacher), QUEUE)


def test_the_reason_for_a_blind_recording_is_told_afterwards(cast, client_of):
    graded(cast, blind=True)
    rounds.ask(by=None, size=1)
    page = page_of(client_of(cast.teacher), QUEUE)
    assert "Why is told once you have rated" in page
    assert "The model is unsure here" not in page


def test_appeals_and_what_was_sent_back_stand_before_it(cast, colleague):
    asked = graded(cast)
    rounds.ask(by=None)
    appealed = hand_in(cast, grade={})
    factories.result(appealed.performance, rater=cast.teacher)
    factories.appeal(appealed)
    assert waiting(colleague) == [appealed, asked]


def test_next_takes_it_and_a_colleague_s_claim_holds(cast, colleague):
    hand_in(cast, grade={"low": 1, "high": 10})
    asked = graded(cast)
    rounds.ask(by=None, size=1)
    Asked.objects.update(performance=asked.performance)
    assert claims.next_for(teacher=cast.teacher).submission == asked
    assert claims.next_for(teacher=colleague).submission != asked


def test_it_can_be_filtered_for(cast, client_of):
    hand_in(cast, grade={})
    asked = graded(cast)
    made = rounds.Round.objects.create()
    Asked.objects.create(round=made, performance=asked.performance, reason="control")
    page = client_of(cast.teacher).get(QUEUE, {"why": "asked"})
    assert [row.submission for row in page.context["page"]] == [asked]


def test_it_is_not_accepted_together_with_others(cast):
    graded(cast)
    rounds.ask(by=None)
    assert not queries.queue(cast.teacher).get().narrow


def test_a_rating_answers_as_a_usual_first_one(cast):
    asked = graded(cast)
    made = rounds.ask(by=None)
    released = release(asked, cast.teacher)
    assert (released.rating.purpose, released.result.level) == ("first", 5)
    made.refresh_from_db()
    assert made.asked.get().rating == released.rating
    assert made.closed_at is not None
    assert not waiting(cast.teacher)


def test_of_two_markers_the_first_one_answers(cast, colleague):
    asked = graded(cast, second=True)
    made = rounds.ask(by=None)
    first = release(asked, cast.teacher).rating
    assert made.asked.get().rating == first
    assert queries.queue(colleague).get().why == Why.SECOND


# What checks the model


def test_a_check_of_the_model_is_offered_to_those_who_have_not_rated_it(cast, checked, colleague, client_of):
    assert waiting(colleague) == [checked]
    assert queries.queue(colleague).get().why == Why.AUDIT
    assert "Checks the model: rate it as if nobody had" in page_of(client_of(colleague), QUEUE)
    assert not waiting(cast.teacher)
    assert not waiting(cast.other_teacher)


def test_the_desk_tells_nothing_of_what_was_said(cast, checked, colleague, client_of):
    page = page_of(client_of(colleague), desk_of(checked))
    assert "This checks the model: rate it as if nobody had." in page
    assert "Keep my level" in page
    assert "Note for your colleagues" in page
    assert not [secret for secret in SECRETS if secret in page]
    seen = page_of(client_of(cast.teacher), desk_of(checked))
    assert all(secret in seen for secret in SECRETS if secret != "A dance at last.")


@pytest.mark.parametrize("name", ["reviews:history", "submissions:submission", "reviews:compare"])
def test_no_other_page_tells_it_either(checked, colleague, client_of, name):
    page = page_of(client_of(colleague), reverse(name, args=[checked.pk]))
    assert not [secret for secret in (*SECRETS, "level 7") if secret in page]


def test_the_queue_tells_no_level(checked, colleague, client_of):
    for url in (QUEUE, "/"):
        assert "key--pressed" not in page_of(client_of(colleague), url)


def test_the_head_of_the_course_cannot_look_it_up(cast, checked, head, client_of):
    page = page_of(client_of(head), reverse("reviews:moderation", args=[cast.course.pk]))
    assert reverse("reviews:desk", args=[checked.pk]) not in page
    assert client_of(head).get(reverse("reviews:send_back", args=[checked.pk])).status_code == 404


def test_the_program_s_answers_tell_nothing(checked, colleague, client_of):
    body = client_of(colleague).get(reverse("api:submission", args=[checked.pk])).json()
    assert body["result"] is None
    assert "Too loud here" not in str(body)


def student_sees(cast, client_of, submission) -> str:
    return client_of(cast.student).get(reverse("submissions:submission", args=[submission.pk])).context


def test_it_changes_neither_the_result_nor_what_the_student_sees(cast, checked, colleague, client_of):
    def seen():
        context = student_sees(cast, client_of, checked)
        return context["standing"].result, context["standing"].level, context["appealing"].who, str(context["outcome"])

    before, results = seen(), list(Result.objects.values())
    given = release(checked, colleague, level=3)
    assert given.result is None
    assert (given.rating.purpose, given.rating.autograde_visible) == ("audit", False)
    assert given.rating.autograde == checked.performance.autograde, "what it is compared with afterwards"
    assert list(Result.objects.values()) == results
    assert seen() == before
    assert not mail.outbox
    assert not visibility.sees_rating(cast.student, Submission.objects.get(pk=checked.pk), given.rating)


def test_it_answers_the_round_and_leaves_the_queue(checked, colleague):
    given = release(checked, colleague).rating
    row = Asked.objects.get()
    assert row.rating == given
    assert row.round.closed_at is not None
    turn = Marking.objects.get(teacher=colleague)
    assert (turn.role, turn.rating, turn.done_at is not None) == ("audit", given, True)
    assert not waiting(colleague)
    event = Event.objects.get(kind="audited")
    assert event.after["level"] == 5
    assert "visible" in event.after


def test_the_page_goes_on_to_the_next_without_a_reveal(checked, colleague, client_of):
    Submission.objects.update(blind=True)
    client = client_of(colleague)
    answer = client.post(reverse("reviews:release", args=[checked.pk]), {"level": "4", "remarks": "[]"})
    assert answer["Location"] == QUEUE
    assert Rating.objects.get(rater=colleague).purpose == "audit"
    said = "Your level 4 is kept: it checks the model, and changes nothing for Student."
    assert said in page_of(client, QUEUE)
    assert client.get(reverse("reviews:reveal", args=[checked.pk])).status_code == 404


def test_who_has_checked_it_does_not_change_the_result(checked, colleague, client_of):
    release(checked, colleague)
    with pytest.raises(marking.NotReady, match="You have checked the model on this recording"):
        marking.release(
            submission=Submission.objects.get(pk=checked.pk),
            teacher=colleague,
            marks=Marks(level=5),
            autograde=None,
            seen=Result.objects.get().rating_id,
        )
    assert "You have checked the model on this recording" in page_of(client_of(colleague), desk_of(checked))


def test_a_third_teacher_who_looks_meanwhile_is_kept_in_the_dark_until_it_is_answered(cast, checked, staff, client_of):
    url = desk_of(checked)
    assert "Too loud here" not in page_of(client_of(staff.third), url)
    release(checked, staff.second)
    assert "Too loud here" in page_of(client_of(staff.third), url)


def test_a_claim_of_it_is_a_turn_of_its_own_and_can_be_given_back(cast, checked, colleague, staff):
    turn = claims.take(submission=checked, teacher=colleague)
    assert turn.role == "audit"
    with pytest.raises(claims.Held):
        claims.take(submission=Submission.objects.get(pk=checked.pk), teacher=staff.third)
    assert waiting(staff.third) == [checked]
    assert not queries.QueueQuerySet(Submission).waiting_for(staff.third).free(staff.third)
    assert claims.give_back(submission=checked, teacher=colleague)
    assert claims.next_for(teacher=staff.third).submission == checked


def test_whoever_writes_a_draft_of_it_holds_it(checked, colleague):
    remark = Moment(start=1.0, end=None, text="Why so fast?")
    drafts.save(submission=checked, teacher=colleague, marks=Marks(level=4, remarks=(remark,)), version=0)
    assert Marking.objects.get(teacher=colleague).role == "audit"


def test_a_check_that_is_not_asked_for_any_more_is_none(cast, checked, colleague):
    claims.take(submission=checked, teacher=colleague)
    rounds.close(round=Asked.objects.get().round)
    submission = Submission.objects.get(pk=checked.pk)
    assert not waiting(colleague)
    assert claims.take(submission=submission, teacher=colleague).role == "first", "she changes the result, as a usual"
    assert Marking.objects.get(teacher=colleague).role == "first"


@pytest.mark.parametrize("kind", ["unusable", "conflict"])
def test_one_leaves_it_to_a_colleague_but_cannot_call_it_unusable(checked, colleague, kind):
    submission, why = Submission.objects.get(pk=checked.pk), "It is my own niece who plays."
    if kind == "unusable":
        with pytest.raises(marking.NotReady, match="leave the check of the model to a colleague"):
            marking.abstain(submission=submission, teacher=colleague, kind=kind, reason=why)
        return
    marking.abstain(submission=submission, teacher=colleague, kind=kind, reason=why)
    assert not waiting(colleague)


def test_whoever_wishes_one_marker_is_checked_by_nobody_else(cast, checked, colleague):
    consents.withdraw(user=cast.student, purpose=Consent.Purpose.SECOND)
    assert not Asked.objects.exists()
    assert not waiting(colleague)
    assert rounds.auditing().askable == {}


def test_as_long_as_the_student_may_appeal_nobody_uses_up_who_could_answer(cast, colleague):
    audited(cast, days_ago=3)
    with pytest.raises(rounds.NothingToAsk):
        rounds.ask_audit(by=None)
    cast.course.appeal_days = 0
    cast.course.save()
    assert rounds.ask_audit(by=None).asked.count() == 1


@pytest.mark.parametrize("standing", ["sent_back", "left", "inactive"])
def test_what_is_not_settled_or_has_nobody_is_not_asked_for(cast, colleague, head, standing):
    submission = audited(cast)
    if standing == "sent_back":
        Moderation.objects.create(submission=submission, head=head, reason="Far above the others.")
    elif standing == "left":
        Enrolment.objects.exclude(user=cast.teacher).filter(role__in=Enrolment.TEACHING).delete()
    else:
        for person in (colleague, head):
            person.is_active = False
            person.save()
    assert rounds.auditing().askable == {}


def test_the_two_are_a_pair_that_knew_nothing_of_each_other(cast, checked, colleague):
    release(checked, colleague, level=5)
    page = agreement.page(course=cast.course, rubric=cast.rubric, reader=cast.admin)
    assert [(pair.first, pair.second) for pair in page.together.pairs] in ([(5, 7)], [(7, 5)])
    blind = [each for each in page.model if each.kind == "blind" and each.first == str(colleague)]
    assert len(blind) == 1


def test_a_program_is_told_that_it_is_kept(checked, colleague, client_of):
    answer = client_of(colleague).post(
        reverse("api:rating", args=[checked.pk]), {"level": 4}, content_type="application/json"
    )
    assert answer.status_code == 202
    assert Rating.objects.get(rater=colleague).purpose == "audit"
