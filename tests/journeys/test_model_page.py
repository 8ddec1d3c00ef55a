"""The lab's page of a version with a whole report, in a real browser."""

import copy

import pytest
from django.conf import settings
from django.urls import reverse

from tests import factories
from tests.lab.conftest import report, with_drawings

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def open_model(cast, chromium, live_server, client_of):
    contexts = []

    def open_model(version, width, **options):
        context = chromium.new_context(base_url=live_server.url, viewport={"width": width, "height": 900}, **options)
        session = client_of(cast.admin).cookies["sessionid"].value
        context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
        contexts.append(context)
        page = context.new_page()
        page.goto(reverse("lab:model", args=[version.number]))
        page.wait_for_load_state("networkidle")
        return page

    yield open_model
    for context in contexts:
        context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1440])
def test_the_drawings_pass_axe_and_fit_their_width(open_model, width, scheme):
    version = factories.model(report=with_drawings(report()))
    page = open_model(version, width, color_scheme=scheme, bypass_csp=True)
    for summary in page.locator(".plot__numbers > summary").all():
        summary.click()
    page.evaluate((settings.ROOT / "node_modules/axe-core/axe.min.js").read_text())
    broken = page.evaluate("axe.run().then((done) => done.violations.map((v) => [v.id, v.nodes[0].html]))")
    assert broken == []
    assert page.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0


def test_nothing_on_it_breaks_the_content_security_policy(open_model):
    version = factories.model(report=with_drawings(copy.deepcopy(report())))
    page = open_model(version, 1440)
    said = []
    page.on("console", lambda message: said.append(message.text))
    page.reload()
    page.wait_for_load_state("networkidle")
    assert [text for text in said if "Content Security Policy" in text] == []
