"""Who may do what: URL × method × actor → status. tests/test_permissions.py makes a test of every line.

Each string has one answer per actor, in the order of ACTORS. `in` is the way to the sign-in page. What a method does
with an empty request is what counts here: 302 and 200 of a POST both mean that it was let in.
"""

import base64
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from accounts import mail
from accounts.services import guardians

ACTORS = (
    *("teacher", "student", "other_teacher", "other_student", "admin", "nobody", "anonymous"),
    *("head", "other_head"),
)
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")


@dataclass(frozen=True)
class Row:
    """A URL by its name; what stands in its place holders, taken from the world; and the answers per method."""

    answers: Mapping[str, str]
    args: Callable[[Any], tuple[Any, ...]] = lambda world: ()
    headers: Callable[[Any], dict[str, str]] = field(default=lambda world: {})

    def expected(self, method: str) -> dict[str, str]:
        """The answer for each actor; a head of course is a teacher, where nothing else is said."""
        given = self.answers[method].split()
        if len(given) < len(ACTORS):
            given += [given[ACTORS.index("teacher")], given[ACTORS.index("other_teacher")]]
        return dict(zip(ACTORS, given, strict=True))


PUBLIC = "200 200 200 200 200 200 200"
SIGNED_IN = "200 200 200 200 200 200 in"
TEACHERS_ACT = "302 404 302 404 302 404 in"
TEACHERS = "200 404 200 404 200 404 in"  # of any course
IN_COURSE = "200 200 404 404 200 404 in"
OWN = "404 200 404 404 404 404 in"
TAUGHT = "200 404 404 404 200 404 in"
TEACHERS_OF_IT = "302 404 404 404 302 404 in"
HEAD = "404 404 404 404 200 404 in 200 404"  # of this course
HEADS = "404 404 404 404 200 404 in 200 200"  # of any course
HEADS_ACT = "404 404 404 404 302 404 in 302 302"
ADMINS = "404 404 404 404 200 404 in"
ADMINS_ACT = "404 404 404 404 302 404 in"
TUS = {"tus-resumable": "1.0.0"}


def course(world: Any) -> tuple[Any, ...]:
    return (world.cast.course.pk,)


def invitation(world: Any) -> tuple[Any, ...]:
    return (world.cast.course.pk, world.invitation.pk)


def assignment(world: Any) -> tuple[Any, ...]:
    return (world.cast.assignment.pk,)


def piece(world: Any) -> tuple[Any, ...]:
    return (world.cast.assignment.piece_id,)


def proxy(world: Any) -> tuple[Any, ...]:
    return (world.performance.pk, "proxy")


def tile(world: Any) -> tuple[Any, ...]:
    return (world.performance.pk, 0)


def performance(world: Any) -> tuple[Any, ...]:
    return (world.performance.pk,)


def pack(world: Any) -> tuple[Any, ...]:
    return (world.pack.pk,)


def sitting(world: Any) -> tuple[Any, ...]:
    """The other teacher's."""
    return (world.sitting.pk,)


def anchor(world: Any) -> tuple[Any, ...]:
    return (world.pack.anchors.get().pk,)


def anchored(world: Any) -> tuple[Any, ...]:
    return (world.pack.anchors.get().performance_id,)


def student(world: Any) -> tuple[Any, ...]:
    return (world.cast.student.pk,)


def submission(world: Any) -> tuple[Any, ...]:
    return (world.submission.pk,)


def shown(world: Any) -> tuple[Any, ...]:
    """Played to the class."""
    return (world.shown.pk,)


def rated_blind(world: Any) -> tuple[Any, ...]:
    """Rated by the teacher before she saw what the model says."""
    return (world.blind.pk,)


def upload(world: Any) -> tuple[Any, ...]:
    return (world.upload.pk,)


def guardian_link(world: Any) -> tuple[Any, ...]:
    return (guardians.token_of(world.guardian),)


def stop_mail(world: Any) -> tuple[Any, ...]:
    return (mail.stop_path(world.cast.student, "released").rstrip("/").rpartition("/")[2],)


def phrase(world: Any) -> tuple[Any, ...]:
    return (world.phrase.pk,)


def spoken(world: Any) -> tuple[Any, ...]:
    return (world.spoken.pk,)


def rubric(world: Any) -> tuple[Any, ...]:
    return (world.cast.rubric.pk,)


def technique(world: Any) -> tuple[Any, ...]:
    return (world.technique.pk,)


def study(world: Any) -> tuple[Any, ...]:
    return (world.submission.pk, world.study.pk)


def compared(world: Any) -> tuple[Any, ...]:
    return (world.submission.pk, world.blind.performance_id)


def study_picture(world: Any) -> tuple[Any, ...]:
    return (world.submission.pk, world.study.pk, "sight")


def bundle(world: Any) -> tuple[Any, ...]:
    return (world.bundle.pk,)


def dataset(world: Any) -> tuple[Any, ...]:
    return (world.dataset.pk,)


def two_datasets(world: Any) -> tuple[Any, ...]:
    return (world.dataset.pk, world.dataset.pk)


def round_asked(world: Any) -> tuple[Any, ...]:
    return (world.round.pk,)


def alarm(world: Any) -> tuple[Any, ...]:
    return (world.alarm.pk,)


def run(world: Any) -> tuple[Any, ...]:
    return (world.run.pk,)


def two_runs(world: Any) -> tuple[Any, ...]:
    return (world.run.pk, world.run.pk)


def version(world: Any) -> tuple[Any, ...]:
    return (world.version.number,)


def new_upload(world: Any) -> dict[str, str]:
    pk = base64.b64encode(str(world.cast.assignment.pk).encode()).decode()
    return TUS | {"upload-length": "5", "upload-metadata": f"assignment {pk}"}


def part(world: Any) -> dict[str, str]:
    return TUS | {"upload-offset": "0", "content-type": "application/offset+octet-stream"}


POLICY = {
    # core
    "core:home": Row({"GET": SIGNED_IN}),
    "core:status": Row({"GET": PUBLIC}),
    "core:health": Row({"GET": PUBLIC}),
    "core:school": Row({"GET": ADMINS, "POST": ADMINS}),
    "core:words": Row({"GET": PUBLIC}, lambda world: ("es", "0")),
    "core:language": Row({"POST": "302 302 302 302 302 302 302"}),
    "core:media": Row({"GET": IN_COURSE}, proxy),
    "core:mel_tile": Row({"GET": IN_COURSE}, tile),
    "core:wave": Row({"GET": IN_COURSE}, performance),
    # accounts
    "accounts:sign_in": Row({"GET": "302 302 302 302 302 302 200", "POST": "302 302 302 302 302 302 200"}),
    "accounts:sign_out": Row({"POST": "302 302 302 302 302 302 302"}),
    "accounts:profile": Row({"GET": SIGNED_IN, "POST": SIGNED_IN}),
    "accounts:password": Row({"POST": SIGNED_IN}),
    "accounts:ask_export": Row({"POST": "302 302 302 302 302 302 in"}),
    "accounts:get_export": Row({"GET": "404 200 404 404 404 404 in"}, lambda world: (world.export.pk,)),
    "accounts:erase": Row({"GET": SIGNED_IN, "POST": SIGNED_IN}),
    "accounts:consent": Row({"POST": "302 302 302 302 302 302 in"}),
    # nobody here is a child who has somebody to ask
    "accounts:mail": Row({"POST": "302 302 302 302 302 302 in"}),
    # a signed link is the permission: no sign-in, for a mail program posts by itself
    "accounts:stop_mail": Row({"GET": PUBLIC, "POST": PUBLIC}, stop_mail),
    "accounts:resume_mail": Row({"POST": PUBLIC}, stop_mail),
    "accounts:ask_guardian": Row({"POST": "404 404 404 404 404 404 in"}),
    # the link is the key, whoever holds it; it opens nothing else
    "accounts:guardian": Row({"GET": PUBLIC, "POST": PUBLIC}, guardian_link),
    "accounts:guardian_link": Row({"GET": PUBLIC, "POST": PUBLIC}),
    # courses
    "courses:join": Row({"GET": PUBLIC, "POST": PUBLIC}),
    "courses:list": Row({"GET": SIGNED_IN}),
    "courses:new": Row({"GET": ADMINS, "POST": ADMINS}),
    "courses:course": Row({"GET": IN_COURSE}, course),
    "courses:edit": Row({"GET": TAUGHT, "POST": TAUGHT}, course),
    "courses:invite": Row({"POST": TAUGHT}, course),
    "courses:close_invitation": Row({"POST": "302 404 404 404 302 404 in"}, invitation),
    "courses:enrol": Row({"POST": ADMINS}, course),
    "courses:new_assignment": Row({"GET": TAUGHT, "POST": TAUGHT}, course),
    "courses:edit_assignment": Row({"GET": TAUGHT, "POST": TAUGHT}, assignment),
    "courses:pieces": Row({"GET": TEACHERS}),
    "courses:new_piece": Row({"GET": TEACHERS, "POST": TEACHERS}),
    "courses:edit_piece": Row({"GET": TEACHERS, "POST": TEACHERS}, piece),
    # teachers read them; here no teacher heads a course
    "courses:rubrics": Row({"GET": TEACHERS}),
    "courses:rubric": Row({"GET": TEACHERS}, rubric),
    "courses:new_rubric": Row({"GET": HEADS, "POST": HEADS}),
    "courses:edit_rubric": Row({"GET": HEADS, "POST": HEADS}, rubric),
    "courses:techniques": Row({"GET": TEACHERS, "POST": HEADS_ACT}),
    "courses:technique": Row({"POST": HEADS_ACT}, technique),
    # submissions: only a student of the course hands in, and only to their own upload
    "submissions:assignment": Row({"GET": IN_COURSE}, assignment),
    "submissions:record": Row({"GET": "404 200 404 404 404 404 in"}, assignment),
    "submissions:hand_in": Row({"POST": "404 302 404 404 404 404 in"}, assignment),
    "submissions:uploads": Row({"POST": "404 201 404 404 404 404 in"}, headers=new_upload),
    "submissions:upload": Row(
        {
            "HEAD": "404 200 404 404 404 404 in",
            "PATCH": "404 204 404 404 404 404 in",
            "DELETE": "404 204 404 404 404 404 in",
        },
        upload,
        part,
    ),
    "submissions:submission": Row({"GET": IN_COURSE}, submission),
    "submissions:progress": Row({"GET": "204 204 404 404 204 404 in"}, submission),
    "submissions:keep": Row({"POST": "404 302 404 404 404 404 in"}, submission),
    "submissions:frame": Row({"POST": "302 302 404 404 302 404 in"}, submission),
    # one's own progress; of a student, their teachers
    # to be shown it lacks the student's consent; what is shown, the course alone hears
    "submissions:show": Row({"POST": TEACHERS_OF_IT}, submission),
    "submissions:unshow": Row({"POST": TEACHERS_OF_IT}, shown),
    "submissions:in_class": Row({"GET": IN_COURSE}, shown),
    "submissions:journey": Row({"GET": SIGNED_IN}),
    "submissions:journey_of": Row({"GET": TAUGHT}, student),
    "submissions:practice_weeks": Row({"POST": "302 302 302 302 302 302 in"}),
    "submissions:heard": Row({"POST": "404 204 404 404 404 404 in"}, submission),
    # one's own recordings alone
    "submissions:compare": Row({"GET": OWN, "POST": "404 302 404 404 404 404 in"}, submission),
    "submissions:compare_step": Row({"GET": OWN}, submission),
    "submissions:withdraw": Row({"POST": "404 302 404 404 404 404 in"}, submission),
    "submissions:erase": Row({"POST": "404 302 404 404 404 404 in"}, submission),
    "submissions:appeal": Row({"POST": "404 200 404 404 404 404 in"}, submission),
    # reviews: an empty draft or rating is refused, but to its teacher alone does it exist
    "reviews:queue": Row({"GET": TEACHERS}),
    "reviews:next": Row({"POST": "302 404 302 404 302 404 in"}),
    # without a recording that was ticked one is led back to the queue
    "reviews:batch": Row({"GET": "302 404 302 404 302 404 in", "POST": "302 404 302 404 302 404 in"}),
    "reviews:claim": Row({"POST": "302 404 404 404 302 404 in"}, submission),
    "reviews:give_back": Row({"POST": "302 404 404 404 302 404 in"}, submission),
    "reviews:desk": Row({"GET": TAUGHT}, submission),
    "reviews:draft": Row(
        {"GET": TAUGHT, "PUT": "400 404 404 404 400 404 in", "POST": "400 404 404 404 400 404 in"}, submission
    ),
    "reviews:reveal": Row(
        {"GET": "200 404 404 404 404 404 in 404 404", "POST": "302 404 404 404 404 404 in 404 404"}, rated_blind
    ),
    "reviews:settings": Row({"GET": TEACHERS, "POST": TEACHERS_ACT, "PUT": "400 404 400 404 400 404 in"}),
    "reviews:phrases": Row({"GET": TEACHERS, "POST": TEACHERS_ACT}),
    "reviews:phrase": Row(
        {"POST": "302 404 404 404 404 404 in 404 404", "DELETE": "204 404 404 404 404 404 in 404 404"}, phrase
    ),
    "reviews:spoken": Row({"POST": "415 404 404 404 415 404 in"}, submission),
    "reviews:spoken_sound": Row({"GET": "200 404 404 404 404 404 in 404 404"}, spoken),  # in no rating yet
    "reviews:spoken_state": Row({"GET": "200 404 404 404 404 404 in 404 404"}, spoken),
    "reviews:compare": Row({"GET": TAUGHT}, submission),
    "reviews:compared": Row({"GET": TAUGHT, "POST": "302 404 404 404 302 404 in"}, compared),
    "reviews:compare_step": Row({"GET": TAUGHT}, compared),
    "reviews:explain": Row({"POST": "422 404 404 404 422 404 in"}, submission),
    "reviews:study": Row({"GET": TAUGHT}, study),
    "reviews:study_picture": Row({"GET": TAUGHT}, study_picture),
    "reviews:release": Row({"POST": "422 404 404 404 422 404 in"}, submission),
    # for heads of course, and admins; an empty reason is refused
    "reviews:abstain": Row({"GET": TAUGHT, "POST": "422 404 404 404 422 404 in"}, submission),
    "reviews:history": Row({"GET": TAUGHT}, submission),
    "reviews:moderation": Row({"GET": HEAD}, course),
    "reviews:course_history": Row({"GET": HEAD}, course),
    "reviews:appeals": Row({"GET": HEAD}, course),
    "reviews:send_back": Row({"GET": HEAD, "POST": "404 404 404 404 422 404 in 422 404"}, submission),
    # agreement and standards: heads of course and admins; a sitting and what one was drawn to are one's own alone
    "reviews:agreement": Row({"GET": HEAD}, course),
    "reviews:anchoring": Row({"GET": TEACHERS}),
    "reviews:standards": Row({"GET": TEACHERS}),
    "reviews:standard_begin": Row({"POST": "302 404 302 404 302 404 in"}, pack),
    "reviews:standard_sitting": Row({"GET": "404 404 200 404 404 404 in 404 404"}, sitting),
    "reviews:standard_grade": Row({"POST": "404 404 302 404 404 404 in 404 404"}, sitting),
    "reviews:standard_finish": Row({"POST": "404 404 302 404 404 404 in 404 404"}, sitting),
    "reviews:course_standard": Row({"GET": HEAD, "POST": HEAD}, course),
    "reviews:anchors": Row({"GET": HEADS}),
    "reviews:anchor": Row({"GET": HEAD, "POST": HEAD}, anchored),
    "reviews:retire_anchor": Row({"POST": "404 404 404 404 302 404 in 302 404"}, anchor),
    "reviews:new_pack": Row({"GET": HEADS, "POST": HEADS}),
    "reviews:pack": Row({"GET": HEADS, "POST": HEADS}, pack),
    "reviews:retire_pack": Row({"POST": HEADS_ACT}, pack),
    # lab
    "lab:home": Row({"GET": ADMINS}),
    "lab:policy": Row({"GET": ADMINS, "POST": ADMINS}),
    "lab:history": Row({"GET": ADMINS}),
    "lab:house": Row({"GET": ADMINS}),
    "lab:watch": Row({"GET": ADMINS}),
    "lab:see_alarm": Row({"POST": ADMINS_ACT}, alarm),
    "lab:datasets": Row({"GET": ADMINS}),
    "lab:freeze": Row({"POST": ADMINS_ACT}),
    "lab:dataset": Row({"GET": ADMINS}, dataset),
    "lab:difference": Row({"GET": ADMINS}, two_datasets),
    "lab:bundles": Row({"GET": ADMINS}),
    # an empty form is refused
    "lab:new_export": Row({"POST": "404 404 404 404 422 404 in"}),
    "lab:new_import": Row({"POST": "404 404 404 404 422 404 in"}),
    "lab:archive": Row({"GET": ADMINS}, bundle),
    "lab:delete_bundle": Row({"POST": ADMINS_ACT}, bundle),
    "lab:labels": Row({"GET": ADMINS, "POST": ADMINS}),
    "lab:held_back": Row({"GET": ADMINS}),
    "lab:rounds": Row({"GET": ADMINS}),
    "lab:ask": Row({"POST": ADMINS_ACT}),
    "lab:ask_audit": Row({"POST": ADMINS_ACT}),
    "lab:ask_unheard": Row({"POST": ADMINS_ACT}),
    "lab:close_round": Row({"POST": ADMINS_ACT}, round_asked),
    "lab:bought": Row({"GET": ADMINS}),
    "lab:train": Row({"GET": ADMINS, "POST": "404 404 404 404 422 404 in"}),
    "lab:runs": Row({"GET": ADMINS}),
    "lab:run": Row({"GET": ADMINS}, run),
    # one training beside itself is led to its own page
    "lab:comparison": Row({"GET": ADMINS_ACT}, two_runs),
    "lab:run_progress": Row({"GET": ADMINS}, run),
    "lab:stop": Row({"POST": ADMINS_ACT}, run),
    "lab:go_on": Row({"POST": ADMINS_ACT}, run),
    "lab:models": Row({"GET": ADMINS}),
    "lab:bounds": Row({"GET": ADMINS, "POST": ADMINS}),
    "lab:model": Row({"GET": ADMINS}, version),
    "lab:card": Row({"GET": ADMINS}, version),
    "lab:promote": Row({"GET": ADMINS, "POST": ADMINS}, version),
    "lab:shadow": Row({"GET": ADMINS}, version),
    "lab:begin_shadow": Row({"POST": ADMINS_ACT}, version),
    "lab:end_shadow": Row({"POST": ADMINS_ACT}, version),
    "lab:coverage": Row({"GET": ADMINS}),
    "lab:recalibrate": Row({"POST": ADMINS_ACT}, version),
    # without an earlier champion an admin is led back to the lab
    "lab:roll_back": Row({"GET": ADMINS_ACT, "POST": ADMINS_ACT}),
    # api: a client is told, not led to the sign-in page
    "api:schema": Row({"GET": PUBLIC}),
    "api:submissions": Row({"GET": "200 200 200 200 200 200 403"}),
    "api:submission": Row({"GET": "200 200 404 404 200 404 403"}, submission),
    "api:rating": Row({"POST": "400 404 404 404 400 404 403"}, submission),
    "api:models": Row({"GET": "404 404 404 404 200 404 403"}),
    "api:training_runs": Row({"GET": "404 404 404 404 200 404 403", "POST": "404 404 404 404 409 404 403"}),
    "api:training_preconditions": Row({"GET": "404 404 404 404 200 404 403"}),
    "api:training_run": Row({"GET": "404 404 404 404 200 404 403"}, run),
    # it has ended, and nothing is kept of it
    "api:stop_training_run": Row({"POST": "404 404 404 404 409 404 403"}, run),
    "api:continue_training_run": Row({"POST": "404 404 404 404 409 404 403"}, run),
}
