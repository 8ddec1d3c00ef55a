"""Who is in the demo school and what they play. All of it is made up; the recordings are generated."""

from dataclasses import dataclass

PASSWORD = "play-it-again"  # of every demo account; printed by `make demo`


@dataclass(frozen=True)
class Person:
    email: str
    name: str
    role: str  # admin, teacher or student
    guardian: str = ""  # the address of who decides for a child
    confirmed: bool = True  # whether the guardian has answered


@dataclass(frozen=True)
class Course:
    name: str
    description: str
    head: str
    colleague: str  # the other teacher, who marks some recordings a second time
    students: tuple[str, ...]
    pieces: tuple[str, ...]  # slugs of ml.recital


@dataclass(frozen=True)
class Take:
    """One generated recording and how far it has come along the road."""

    student: str
    piece: str
    level: int
    stage: str  # arrived, graded, in_review, released, appealed
    days_ago: float
    teacher_says: int | None = None  # the level that is released
    attempt: int = 1
    colleague_says: int | None = None  # a second marking, neither seeing the other's level
    blind: bool = False  # both marked before they saw what the model says


ADMIN = Person("admin1@example.org", "Ada Moreno", "admin")
TEACHERS = (
    Person("teacher1@example.org", "Clara Whitfield", "teacher"),
    Person("teacher2@example.org", "Tomás Okafor", "teacher"),
)
STUDENTS = (
    Person("student1@example.org", "Mina Park", "student"),
    Person("student2@example.org", "Jonas Weber", "student"),
    Person("student3@example.org", "Lucía Romero", "student"),
    Person("student4@example.org", "Theo Martin", "student", guardian="guardian1@example.org"),
    Person("student5@example.org", "Wei Chen", "student"),
    Person("student6@example.org", "Anouk de Vries", "student"),
    Person("student7@example.org", "Samuel Adeyemi", "student"),
    Person("student8@example.org", "Freya Lindqvist", "student"),
    Person("student9@example.org", "Noor Haddad", "student", guardian="guardian2@example.org", confirmed=False),
)
PEOPLE = (ADMIN, *TEACHERS, *STUDENTS)
PHONES = (("Pomelo", "One"), ("Quince", "Nova 4"), ("Pomelo", "One Mini"))  # make and model, as a film names them


def phone_of(student: str) -> tuple[str, str]:
    """What this student records with, by the address."""
    return PHONES[[person.email for person in STUDENTS].index(student) % len(PHONES)]


COURSES = (
    Course(
        "Piano I, Tuesday",
        "Second-year pupils. One short piece every two weeks.",
        TEACHERS[0].email,
        TEACHERS[1].email,
        tuple(person.email for person in STUDENTS[:4]),
        ("minuet-in-g", "ode-to-joy", "lullaby"),
    ),
    Course(
        "Piano II, Thursday",
        "Fourth-year pupils preparing the summer recital.",
        TEACHERS[1].email,
        TEACHERS[0].email,
        tuple(person.email for person in STUDENTS[4:]),
        ("prelude-in-c", "fur-elise", "sonatina-in-c"),
    ),
)
PIECES = tuple(slug for course in COURSES for slug in course.pieces)


def _student(number: int) -> str:
    return STUDENTS[number - 1].email


TAKES = (
    Take(_student(1), "ode-to-joy", 4, "released", 34.0, 4, colleague_says=5),
    Take(_student(2), "ode-to-joy", 6, "released", 33.5, 7, colleague_says=7, blind=True),
    Take(_student(3), "ode-to-joy", 2, "released", 33.0, 2, colleague_says=3),
    Take(_student(4), "ode-to-joy", 5, "released", 32.8, 5, colleague_says=5, blind=True),
    Take(_student(5), "fur-elise", 7, "released", 31.0, 8, colleague_says=8),
    Take(_student(6), "fur-elise", 3, "released", 30.5, 3, colleague_says=2, blind=True),
    Take(_student(7), "fur-elise", 9, "released", 30.0, 9, colleague_says=9),
    Take(_student(8), "fur-elise", 6, "released", 29.0, 6, colleague_says=5, blind=True),
    Take(_student(1), "lullaby", 5, "released", 20.0, 5, colleague_says=6, blind=True),
    Take(_student(2), "lullaby", 7, "released", 19.5, 7, colleague_says=7),
    Take(_student(3), "lullaby", 3, "released", 19.0, 4, colleague_says=5, blind=True),
    Take(_student(5), "sonatina-in-c", 8, "released", 17.0, 8, colleague_says=7),
    Take(_student(6), "sonatina-in-c", 4, "released", 16.0, 5, colleague_says=5, blind=True),
    Take(_student(7), "sonatina-in-c", 9, "appealed", 15.0, 7, colleague_says=7, blind=True),
    Take(_student(8), "prelude-in-c", 7, "appealed", 9.0, 5),
    Take(_student(1), "minuet-in-g", 6, "in_review", 3.0, attempt=2),
    Take(_student(2), "minuet-in-g", 8, "in_review", 2.5),
    Take(_student(3), "minuet-in-g", 4, "graded", 2.0),
    Take(_student(4), "minuet-in-g", 5, "graded", 1.5),
    Take(_student(5), "prelude-in-c", 8, "graded", 1.2),
    Take(_student(6), "prelude-in-c", 5, "graded", 1.0),
    Take(_student(7), "prelude-in-c", 10, "graded", 0.5),
    Take(_student(4), "lullaby", 1, "arrived", 0.02),
    Take(_student(8), "sonatina-in-c", 6, "arrived", 0.01),
    # Her first attempt at the minuet: the desk lays both side by side.
    Take(_student(1), "minuet-in-g", 3, "released", 13.0, 3, colleague_says=3),
    # Second attempts at two pieces, so that enough recordings are marked twice to see how far the teachers agree.
    Take(_student(1), "ode-to-joy", 5, "released", 27.0, 5, attempt=2, colleague_says=6),
    Take(_student(2), "ode-to-joy", 8, "released", 26.5, 8, attempt=2, colleague_says=8, blind=True),
    Take(_student(4), "ode-to-joy", 6, "released", 26.0, 6, attempt=2, colleague_says=6),
    Take(_student(5), "fur-elise", 8, "released", 24.0, 8, attempt=2, colleague_says=8, blind=True),
    Take(_student(6), "fur-elise", 4, "released", 23.5, 4, attempt=2, colleague_says=3),
    Take(_student(7), "fur-elise", 9, "released", 23.0, 9, attempt=2, colleague_says=9, blind=True),
)
