"""What we add to the first word of a streamed draft, beside a LiteLLM proxy.

    python -m benchmarks.streaming [--rounds N] [--no-litellm]

A scripted model server on loopback answers at once. Taken in turn, from asking to the first word:
the ``openai`` package against that server; the streamed draft of ``copilot serve``, less the time
for the context card, which is told apart; and, in an environment of its own that is made for this
run, a LiteLLM proxy of a pinned version before the same server. Both are processes of their own.
Medians in milliseconds; the promise is at most 15 more than asking directly, and no more than
LiteLLM adds.
"""

import argparse
import asyncio
import json
import os
import socket
import subprocess
import sys
import time
import venv
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

import httpx

from tests.fake_openai import FakeOpenAI, running

LITELLM = "litellm[proxy]==1.80.0"
_STARTS_S = 180.0
_BOUND_MS = 15.0
_WARM_UP = 5
_QUESTION = "Hello, what does the return of a kettle cost me, and how long do I have for it?"
_ANSWER = "Hello,\n\nYou can return it within 30 days. [S1]\n\nKind regards"


class Rounds:
    """Times of one way, in milliseconds."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.ms: list[float] = []

    @property
    def median(self) -> float:
        """The median without the first rounds."""
        return median(self.ms[_WARM_UP:] or self.ms)


async def asked_directly(client: "object", prompt: str) -> float:
    """Milliseconds to the first word through the ``openai`` package."""
    began = time.perf_counter()
    stream = await client.chat.completions.create(  # type: ignore[attr-defined]
        model="fake", messages=[{"role": "user", "content": prompt}], stream=True
    )
    first = 0.0
    async for event in stream:
        if not first and event.choices and event.choices[0].delta.content:
            first = (time.perf_counter() - began) * 1000
    return first


async def drafted(client: httpx.AsyncClient, conversation_id: str) -> tuple[float, float]:
    """Milliseconds to the first word of a draft, and those of its context card."""
    began = time.perf_counter()
    first, context = 0.0, 0.0
    place = f"/v1/conversations/{conversation_id}/drafts"
    headers = {"Accept": "text/event-stream"}
    async with client.stream("POST", place, json={}, headers=headers) as answer:
        kind = ""
        async for line in answer.aiter_lines():
            if line.startswith("event:"):
                kind = line.removeprefix("event:").strip()
            elif line.startswith("data:"):
                if kind == "delta" and not first:
                    first = (time.perf_counter() - began) * 1000
                elif kind == "done":
                    draft = json.loads(line.removeprefix("data:"))
                    if draft["degraded"] or not draft["engine"].startswith("openai:"):
                        raise SystemExit(f"the draft was not the model's: {draft['warnings']}")
                    context = draft["timings_ms"]["context"]
    return first, context


def free_port() -> int:
    """A port that nothing listens on."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


@contextmanager
def copilot(base_url: str) -> Iterator[tuple[str, str]]:
    """The address of ``copilot serve`` with the model at ``base_url``, and an API key."""
    command = [sys.executable, "-m", "copilot"]
    port = free_port()
    with TemporaryDirectory() as folder:
        given = {"KIND": "openai", "BASE_URL": base_url, "MODEL": "fake"}
        environment = os.environ | {f"COPILOT_LLM__{name}": told for name, told in given.items()}
        environment["COPILOT_DATA_DIR"] = folder
        scopes = "conversations:write,knowledge:write,drafts:read,drafts:write"
        made = subprocess.run(
            [*command, "keys", "create", "--tenant", "bench", "--scope", scopes, "--json"],
            env=environment,
            check=True,
            capture_output=True,
        )
        with subprocess.Popen(
            [*command, "serve", "--port", str(port)],
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        ) as process:
            try:
                wait_for(f"http://127.0.0.1:{port}/ready")
                yield f"http://127.0.0.1:{port}", json.loads(made.stdout)["key"]
            finally:
                process.terminate()


@contextmanager
def litellm(base_url: str) -> Iterator[str]:
    """The address of a LiteLLM proxy before ``base_url``, installed for this run."""
    port = free_port()
    with TemporaryDirectory() as folder:
        place = Path(folder) / "venv"
        print(f"installing {LITELLM} …", file=sys.stderr)
        venv.create(place, with_pip=True)
        pip = [str(place / "bin" / "python"), "-m", "pip", "install", "-q", LITELLM]
        subprocess.run(pip, check=True, stdout=subprocess.DEVNULL)
        config = Path(folder) / "config.yaml"
        config.write_text(
            "model_list:\n  - model_name: fake\n    litellm_params:\n"
            f"      model: openai/fake\n      api_base: {base_url}\n      api_key: none\n"
        )
        command = [str(place / "bin" / "litellm"), "--config", str(config), "--port", str(port)]
        with subprocess.Popen(
            [*command, "--host", "127.0.0.1"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        ) as process:
            try:
                wait_for(f"http://127.0.0.1:{port}/health/liveliness")
                yield f"http://127.0.0.1:{port}/v1"
            finally:
                process.terminate()


def wait_for(url: str) -> None:
    """Wait until ``url`` answers.

    Raises:
        SystemExit: It does not.
    """
    until = time.monotonic() + _STARTS_S
    while time.monotonic() < until:
        try:
            if httpx.get(url, timeout=2).status_code == httpx.codes.OK:
                return
        except httpx.HTTPError:
            pass
        time.sleep(0.5)
    raise SystemExit(f"{url} did not answer")


async def measure(
    url: str, key: str, model: FakeOpenAI, proxy: str | None, rounds: int
) -> tuple[list[Rounds], float]:
    """Each way in turn; and the median of the context card."""
    from openai import AsyncOpenAI

    headers = {"Authorization": f"Bearer {key}"}
    direct, ours, theirs = Rounds("directly"), Rounds("our draft"), Rounds("LiteLLM")
    cards: list[float] = []
    async with (
        httpx.AsyncClient(base_url=url, headers=headers, timeout=60) as client,
        AsyncOpenAI(base_url=model.base_url, api_key="none") as straight,
        AsyncOpenAI(base_url=proxy or model.base_url, api_key="none") as around,
    ):
        article = {"title": "Returns", "body": "You can return a kettle within 30 days for 4.90 €."}
        await client.put("/v1/articles/kb/returns", json=article)
        message = {"external_id": "m1", "author": {"role": "customer"}, "text": _QUESTION}
        made = await client.put(
            "/v1/conversations/desk/1",
            json={
                "channel": "email",
                "messages": [{**message, "sent_at": "2026-03-01T08:00:00Z"}],
            },
        )
        conversation_id = made.json()["id"]
        await drafted(client, conversation_id)
        prompt = model.prompts[-1]
        for _ in range(rounds + _WARM_UP):
            direct.ms.append(await asked_directly(straight, prompt))
            first, card = await drafted(client, conversation_id)
            ours.ms.append(first - card)
            cards.append(card)
            if proxy is not None:
                theirs.ms.append(await asked_directly(around, prompt))
    return [direct, ours, *([theirs] if proxy is not None else [])], median(cards[_WARM_UP:])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=60)
    parser.add_argument("--no-litellm", action="store_true")
    given = parser.parse_args()
    with running() as model, copilot(model.base_url) as (url, key):
        model.answer = _ANSWER
        if given.no_litellm:
            ways, card = asyncio.run(measure(url, key, model, None, given.rounds))
        else:
            with litellm(model.base_url) as proxy:
                ways, card = asyncio.run(measure(url, key, model, proxy, given.rounds))
    direct = ways[0].median
    print(f"the context card, not counted below: {card:.1f} ms")
    for way in ways:
        added = way.median - direct
        bound = f" (bound {_BOUND_MS:g})" if way.name == "our draft" else ""
        print(f"{way.name:10} {way.median:6.1f} ms to the first word, {added:+.1f}{bound}")


if __name__ == "__main__":
    main()
