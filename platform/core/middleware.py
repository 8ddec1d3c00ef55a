"""What a page may load: our own files and nothing else."""

import secrets
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

POLICY = {
    "default-src": "'self'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data: blob:",
    "media-src": "'self' blob:",
    "object-src": "'none'",
    "base-uri": "'self'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
}

# What a page may ask of the device: eyes and ears for a recording and a spoken remark, and a screen that stays on.
PERMISSIONS = "camera=(self), microphone=(self), screen-wake-lock=(self), geolocation=(), payment=(), usb=()"


class Nonce:
    """Lets one script of a page bring a <style> of its own. Drawn where a template asks for it, else there is none."""

    def __init__(self) -> None:
        self.value = ""

    def __str__(self) -> str:
        self.value = self.value or secrets.token_urlsafe(16)
        return self.value


class ContentSecurityPolicy:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        nonce = Nonce()
        request.style_nonce = nonce  # type: ignore[attr-defined]
        response = self.get_response(request)
        response.headers.setdefault("Content-Security-Policy", _policy(nonce.value))
        response.headers.setdefault("Permissions-Policy", PERMISSIONS)
        return response


def _policy(nonce: str) -> str:
    own = {"style-src": f"'self' 'nonce-{nonce}'"} if nonce else {}
    return "; ".join(f"{directive} {sources}" for directive, sources in (POLICY | own).items())
