"""What all tests of the pipeline share."""

from collections.abc import Iterator

import pytest


@pytest.fixture(scope="module", autouse=True)
def _contact() -> Iterator[None]:
    """The address that a crawl of portals must name."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GONGKAI_CONTACT", "mail@gongkai.test")
        yield
