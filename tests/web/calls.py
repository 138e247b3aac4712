"""A call with all that its page shows, straight in the database, with a recording that plays."""

import io
import wave
from collections.abc import AsyncIterator, Iterator

import numpy as np
from playwright.sync_api import Page, expect

from copilot.calls import store
from copilot.calls.pipeline import make_conversation, write_notes
from copilot.demo.load import DEMO_TENANT
from copilot.kernel.clock import now
from copilot.speech.transcript import Segment, Speaker, SpokenFigure, Transcript, Word
from copilot.wiring import Deps
from tests.calls.heard import heard_call
from tests.service import Service

RATE = 8000
WORD_S = 0.4
SAID: list[tuple[Speaker, str]] = [
    ("agent", "Good morning, this is customer service, how can I help you?"),
    ("customer", "Hello, my order k k two zero seven three one came with a broken lid"),
    ("agent", "I am sorry to hear that. Was it the espresso maker?"),
    (
        "customer",
        "Yes. My card is four one one one one one one one one one one one one one one one",
    ),
    ("agent", "We will refund sixty four pounds ninety by Tuesday"),
    ("customer", "Thank you. Should I send the espresso maker back?"),
    ("agent", "No need, please recycle it. I will send the confirmation by email today"),
]
UNSURE = {"Tuesday", "lid"}
FIGURES = {
    2: SpokenFigure(first=3, last=9, kind="identifier", written="KK-20731"),
    5: SpokenFigure(first=3, last=6, kind="amount", written="£64.90"),
}


def segments(said: list[tuple[Speaker, str]]) -> Iterator[Segment]:
    """One after the other, each word as long as the others, with half a second between turns."""
    at = 0.5
    for n, (speaker, text) in enumerate(said, 1):
        words = [
            Word(
                start=round(at + place * WORD_S, 2),
                end=round(at + place * WORD_S + 0.35, 2),
                text=word,
                confidence=0.3 if word in UNSURE else 0.95,
            )
            for place, word in enumerate(text.split())
        ]
        figures = [FIGURES[n]] if n in FIGURES else []
        yield Segment(
            n=n,
            start=words[0].start,
            end=words[-1].end,
            speaker=speaker,
            channel=0 if speaker == "agent" else 1,
            text=text,
            confidence=0.9,
            words=words,
            figures=figures,
        )
        at = words[-1].end + 0.5


def tones(heard: list[Segment]) -> bytes:
    """A two-channel WAV with a tone for each word."""
    signal = np.zeros((round((heard[-1].end + 1) * RATE), 2))
    for segment in heard:
        for word in segment.words:
            first, last = round(word.start * RATE), round(word.end * RATE)
            times = np.arange(last - first) / RATE
            signal[first:last, segment.channel or 0] = 0.2 * np.sin(2 * np.pi * 220 * times)
    file = io.BytesIO()
    with wave.open(file, "wb") as audio:
        audio.setnchannels(2)
        audio.setsampwidth(2)
        audio.setframerate(RATE)
        audio.writeframes((signal * 32_000).astype("<i2").tobytes())
    return file.getvalue()


async def finished_call(deps: Deps) -> str:
    """The id of a transcribed call with its conversation and notes."""
    heard = list(segments(SAID))
    recording = tones(heard)
    call_id = await heard_call(deps.db, DEMO_TENANT, *SAID)
    blob = f"{DEMO_TENANT}/calls/{call_id}"

    async def whole() -> AsyncIterator[bytes]:
        yield recording

    await deps.calls.blobs.put(blob, whole())
    known = {"language": "en", "duration": heard[-1].end + 1, "engine": "whisper:small"}
    async with deps.db.write() as session:
        await store.change(
            session,
            DEMO_TENANT,
            call_id,
            **known,
            blob=blob,
            size=len(recording),
            checksum=call_id.rjust(64, "0"),
            channels=2,
            low_accuracy=False,
            subject="A broken lid",
            finished_at=now(),
        )
        transcript = Transcript.model_validate({**known, "segments": heard})
        await store.save_transcript(session, DEMO_TENANT, call_id, transcript)
    await make_conversation(deps.calls, DEMO_TENANT, call_id)
    await write_notes(deps.calls, DEMO_TENANT, call_id)
    return call_id


def open_call(page: Page, service: Service, call_id: str, place: str = "") -> None:
    """Open its page; once its transcript is there."""
    page.goto(f"{service.url}/calls/{call_id}{place}")
    expect(page.locator(".lanes li").first).to_be_visible()


def at(page: Page) -> float:
    """The second that the recording is at."""
    found: float = page.evaluate("document.querySelector('audio').currentTime")
    return found


def click_word(page: Page, word: str) -> None:
    """Click on the first place of ``word`` in the transcript."""
    place = page.evaluate(
        """(word) => {
          for (const row of document.querySelectorAll(".lanes .words")) {
            const walker = document.createTreeWalker(row, NodeFilter.SHOW_TEXT);
            while (walker.nextNode()) {
              const start = walker.currentNode.data.indexOf(word);
              if (start < 0) continue;
              const range = new Range();
              range.setStart(walker.currentNode, start);
              range.setEnd(walker.currentNode, start + word.length);
              const box = range.getBoundingClientRect();
              return [box.x + box.width / 2, box.y + box.height / 2];
            }
          }
        }""",
        word,
    )
    page.mouse.click(*place)
