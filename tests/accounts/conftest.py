"""A reader of letters, and the address of the site that they lead to."""

import pytest

from tests import factories
from tests.accounts.posting import SITE


@pytest.fixture(autouse=True)
def site(settings):
    settings.SITE_URL = SITE


@pytest.fixture
def reader(db):
    return factories.user(name="Ana", email="ana@example.org")
