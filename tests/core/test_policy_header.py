"""What a page may load, as the header says it."""

from django.http import HttpResponse
from django.test import RequestFactory

from core.middleware import ContentSecurityPolicy


def header(view) -> str:
    return ContentSecurityPolicy(view)(RequestFactory().get("/"))["Content-Security-Policy"]


def test_only_files_of_our_own_bring_scripts_and_styles():
    policy = header(lambda request: HttpResponse())
    assert "script-src 'self';" in policy
    assert "style-src 'self';" in policy
    assert "nonce" not in policy


def test_a_page_that_asks_for_a_nonce_may_bring_a_style_and_never_a_script():
    drawn = []
    policies = [header(lambda request: HttpResponse(drawn.append(f"{request.style_nonce}"))) for _ in range(2)]
    assert [f"style-src 'self' 'nonce-{nonce}';" in policy for nonce, policy in zip(drawn, policies, strict=True)] == [
        True,
        True,
    ]
    assert all("script-src 'self';" in policy for policy in policies)
    assert drawn[0] != drawn[1]
    assert min(map(len, drawn)) >= 20


def test_a_page_may_use_camera_and_microphone_and_nothing_else_of_the_device():
    allowed = ContentSecurityPolicy(lambda request: HttpResponse())(RequestFactory().get("/"))["Permissions-Policy"]
    assert "camera=(self), microphone=(self)" in allowed
    assert "geolocation=()" in allowed


def test_a_view_may_have_a_policy_of_its_own():
    own = HttpResponse(headers={"Content-Security-Policy": "default-src 'none'"})
    assert header(lambda request: own) == "default-src 'none'"
