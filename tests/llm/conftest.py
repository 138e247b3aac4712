"""The scripted model server."""

from collections.abc import Iterator

import pytest

from tests.fake_openai import FakeOpenAI, running


@pytest.fixture
def model_server() -> Iterator[FakeOpenAI]:
    """A server that speaks the OpenAI protocol."""
    with running() as fake:
        yield fake
