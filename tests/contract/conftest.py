"""A client of the small sandbox province with the usual dirt, one a file of tests."""

from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient

from tests.contract.sandbox_client import bearer_of, running_sandbox


@pytest.fixture(scope="module")
def client() -> Iterator[TestClient]:
    """Answers in this process; a file may put another in its place."""
    with running_sandbox() as one:
        yield one


@pytest.fixture(scope="module")
def bearer(client: TestClient) -> dict[str, str]:
    """The header of a token of the smart-zone platform."""
    return bearer_of(client)
