from .assignments import edit_assignment, edit_piece, new_assignment, new_piece, pieces
from .courses import close_invitation, course, course_list, edit, enrol, invite, new
from .joining import join

__all__ = [
    "close_invitation",
    "course",
    "course_list",
    "edit",
    "edit_assignment",
    "edit_piece",
    "enrol",
    "invite",
    "join",
    "new",
    "new_assignment",
    "new_piece",
    "pieces",
]
