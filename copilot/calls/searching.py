"""Search inside one call: the second at which something was said, by words and by meaning."""

import asyncio
import hashlib
import math
import re
from collections import Counter, OrderedDict
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, Field

from copilot.kernel.errors import UnavailableError
from copilot.knowledge.fulltext import Word, query_words, words_of
from copilot.search.batching import EmbeddingService
from copilot.speech.transcript import Segment, Transcript

_LONG_S = 6.0
"""Longer segments are entered where the word found is said."""

_MEANING = 0.6
_ALIKE = 0.35
_MOST_BY_MEANING = 5
_FEWEST_WORDS = 3
_MOST_EMBEDDED = 600
_AT_ONCE = 32
_WAIT_S = 3.0
_REMEMBERED = 4000
_SIGNS = re.compile(r"[\W_]+")
_SHORTEST_CODE = 3

Vector = NDArray[np.float32]


class TranscriptHit(BaseModel):
    """A segment that says what was looked for.

    Attributes:
        n: Number of the segment.
        start: The second to play from: in a long segment, where the word found is said.
        end: The second at which the segment ends.
        text: What the segment says, as corrected.
    """

    n: int
    start: float
    end: float
    text: str
    score: float = Field(description="From 0 to 1; comparable within one answer only")


class TranscriptHits(BaseModel):
    """What was found in a call, best first."""

    hits: list[TranscriptHit]


class CallSearch:
    """Searches transcripts; remembers vectors of segments, not their words.

    Args:
        remembered: How many segments' vectors are kept.
    """

    def __init__(self, remembered: int = _REMEMBERED) -> None:
        self._most = remembered
        self._vectors: OrderedDict[bytes, Vector] = OrderedDict()

    async def search(
        self,
        transcript: Transcript,
        query: str,
        embedding: EmbeddingService | None = None,
        *,
        limit: int = 20,
    ) -> list[TranscriptHit]:
        """The segments that say what ``query`` asks for, best first.

        Words are found in every inflected form that their stem begins, and spoken figures by their
        written form. What means the same in other words comes after, as far as the model is there
        and done within three seconds.

        Args:
            transcript: The call's.
            query: Words, or a figure.
            embedding: The embedding model; None for words alone.
            limit: Most segments.
        """
        by_words = await asyncio.to_thread(found_by_words, transcript, query)
        by_meaning = await self._by_meaning(transcript, query, embedding)
        by_n = {one.n: one for one in transcript.segments}
        hits = []
        for n in by_words.keys() | by_meaning.keys():
            said, at = by_words.get(n, (0.0, None))
            score = 1 - (1 - said) * (1 - _MEANING * by_meaning.get(n, 0.0))
            segment = by_n[n]
            hits.append(
                TranscriptHit(
                    n=n,
                    start=segment.start if at is None else at,
                    end=segment.end,
                    text=segment.text,
                    score=round(score, 4),
                )
            )
        return sorted(hits, key=lambda one: (-one.score, one.n))[:limit]

    async def _by_meaning(
        self, transcript: Transcript, query: str, embedding: EmbeddingService | None
    ) -> dict[int, float]:
        """How alike the segments are that mean about what ``query`` does, 0 to 1."""
        telling = [one for one in transcript.segments if len(one.text.split()) >= _FEWEST_WORDS]
        if embedding is None or not embedding.ready or not telling:
            return {}
        if len(telling) > _MOST_EMBEDDED or not re.search(r"[^\W\d_]{3}", query):
            return {}
        try:
            async with asyncio.timeout(_WAIT_S):
                asked = await embedding.query(query)
                vectors = await self._embedded(embedding, [one.text for one in telling])
        except (UnavailableError, TimeoutError):
            return {}
        base = embedding.unrelated
        alike = (vectors @ asked - base) / max(1e-6, 1 - base)
        order = np.argsort(-alike)[:_MOST_BY_MEANING]
        return {
            telling[place].n: min(1.0, float(alike[place]))
            for place in order
            if alike[place] >= _ALIKE
        }

    async def _embedded(self, embedding: EmbeddingService, texts: Sequence[str]) -> Vector:
        """A vector for each text; those that came before a time ran out are remembered."""
        keys = [_digest(embedding.name, text) for text in texts]
        missing = [
            (key, text) for key, text in zip(keys, texts, strict=True) if key not in self._vectors
        ]
        found: dict[bytes, Vector] = {}
        for start in range(0, len(missing), _AT_ONCE):
            some = missing[start : start + _AT_ONCE]
            made = await embedding.passages([text for _, text in some], urgent=True)
            for (key, _), vector in zip(some, made, strict=True):
                found[key] = self._vectors[key] = vector
        for key in keys:
            if key in self._vectors:
                found[key] = self._vectors[key]
                self._vectors.move_to_end(key)
        while len(self._vectors) > self._most:
            self._vectors.popitem(last=False)
        return np.stack([found[key] for key in keys])


def found_by_words(transcript: Transcript, query: str) -> dict[int, tuple[float, float | None]]:
    """Segments by number that have words of ``query``: how well, and the second of the word.

    The score is the share of what is looked for, rare words counting more, a little more where
    they stand side by side.
    """
    words = query_words(query, transcript.language)
    code = _squeezed(query)
    matched: dict[int, dict[Word, int]] = {}
    coded: dict[int, float | None] = {}
    for segment in transcript.segments:
        if _is_code(code) and (at := _code_at(segment, code)) is not None:
            coded[segment.n] = at[0]
        if found := _matches(segment, words):
            matched[segment.n] = found
    often = Counter(word for found in matched.values() for word in found)
    many = len(transcript.segments)
    weights = {word: math.log(1 + many / often[word]) if often[word] else 0.0 for word in words}
    unseen = math.log(1 + many)
    total = sum(weights[word] or unseen for word in words)
    by_n = {one.n: one for one in transcript.segments}
    scores: dict[int, tuple[float, float | None]] = {}
    for n, found in matched.items():
        share = sum(weights[word] for word in found) / total
        places = sorted(found.values())
        close = len(found) > 1 and places[-1] - places[0] < 2 * len(found)
        score = 0.9 * share + (0.1 if close or len(words) == 1 else 0.0) * share
        scores[n] = (min(1.0, score), _second(by_n[n], places[0]))
    for n, at_second in coded.items():
        scores[n] = (1.0, at_second)
    return scores


def _matches(segment: Segment, words: Sequence[Word]) -> dict[Word, int]:
    """The place of the first word of the segment's text for each of ``words`` that it has."""
    found: dict[Word, int] = {}
    for place, said in enumerate(segment.text.split()):
        for part in words_of(said):
            for word in words:
                if word not in found and word.matches(part):
                    found[word] = place
    for figure in segment.figures:
        for part in words_of(figure.written):
            for word in words:
                if word not in found and word.matches(part):
                    found[word] = figure.first
    return found


def _code_at(segment: Segment, code: str) -> tuple[float | None] | None:
    """Where a figure is said that is ``code`` however it is written; None where it is not."""
    for figure in segment.figures:
        if code in _squeezed(figure.written):
            return (_second(segment, figure.first),)
    if code in _squeezed(segment.text):
        return (_second(segment, _place_of(segment, code)),)
    return None


def _place_of(segment: Segment, code: str) -> int:
    """The word of the text that ``code`` begins in."""
    said = [_squeezed(one) for one in segment.text.split()]
    start = "".join(said).find(code)
    for place, one in enumerate(said):
        start -= len(one)
        if start < 0:
            return place
    return 0


def _second(segment: Segment, place: int) -> float | None:
    """When the word at ``place`` is said, in a segment too long to listen to."""
    if segment.end - segment.start <= _LONG_S or len(segment.words) != len(segment.text.split()):
        return None
    return min(max(segment.start, segment.words[place].start), segment.end)


def _squeezed(text: str) -> str:
    return _SIGNS.sub("", text).lower()


def _is_code(squeezed: str) -> bool:
    return len(squeezed) >= _SHORTEST_CODE and any(map(str.isdigit, squeezed))


def _digest(model: str, text: str) -> bytes:
    told = f"{len(model)}\0{model}{text}"
    return hashlib.blake2b(told.encode("utf-8", "surrogatepass"), digest_size=16).digest()


CALL_SEARCH = CallSearch()
"""The process's own."""
