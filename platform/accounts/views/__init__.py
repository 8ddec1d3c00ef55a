from .guardian import guardian, guardian_link
from .profile import ask_guardian, consent, password, profile
from .sign_in import sign_in, sign_out

__all__ = [
    "ask_guardian",
    "consent",
    "guardian",
    "guardian_link",
    "password",
    "profile",
    "sign_in",
    "sign_out",
]
