"""What every refusal has in common."""

from typing import Any

import httpx

from copilot.app import create_app
from copilot.settings import Settings

DOCUMENT = create_app(Settings(_env_file=None)).openapi()  # type: ignore[call-arg]
OPERATIONS = [
    (method.upper(), path, operation)
    for path, operations in DOCUMENT["paths"].items()
    for method, operation in operations.items()
]


def refused(answer: httpx.Response, *statuses: int) -> dict[str, Any]:
    """The problem, which tells something and shows nothing of the inside."""
    assert answer.status_code in (statuses or (400, 404, 422)), answer.text[:500]
    assert answer.headers["content-type"] == "application/problem+json"
    body: dict[str, Any] = answer.json()
    assert body["status"] == answer.status_code
    assert len(body["detail"]) > 8, body
    assert len(answer.content) < 200_000, "the problem repeats what was sent"
    assert "Traceback" not in answer.text
    assert "site-packages" not in answer.text
    return body
