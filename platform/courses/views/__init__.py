from .assignments import edit_assignment, edit_piece, new_assignment, new_piece, pieces
from .courses import close_invitation, course, course_list, edit, enrol, invite, new
from .joining import join
from .rubrics import edit_rubric, new_rubric, rubric, rubrics
from .techniques import technique, techniques

__all__ = [
    "close_invitation",
    "course",
    "course_list",
    "edit",
    "edit_assignment",
    "edit_piece",
    "edit_rubric",
    "enrol",
    "invite",
    "join",
    "new",
    "new_assignment",
    "new_piece",
    "new_rubric",
    "pieces",
    "rubric",
    "rubrics",
    "technique",
    "techniques",
]
