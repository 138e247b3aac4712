"""One channel of a recording through an engine: chunk by chunk, each kept when it is done."""

from collections import Counter
from collections.abc import Callable, Sequence
from typing import NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from copilot.speech.chunks import Checkpoints, Chunk, Piece, behind, packed
from copilot.speech.signals import SILENCE_DB, let_go, level_between, levels
from copilot.speech.transcriber import (
    SAMPLE_RATE,
    Progress,
    Recognised,
    Signal,
    Transcriber,
    Utterance,
)
from copilot.speech.voices import Stretch, find_voices

_PINNED = 0.5
_UNSURE = 0.25


class Channel(NamedTuple):
    """One side of a recording, and where somebody speaks on it."""

    number: int
    signal: Signal
    levels_db: NDArray[np.float32]
    stretches: list[Stretch]

    @classmethod
    def listened(cls, number: int, signal: Signal, tell: Progress) -> Self:
        """Find out where somebody speaks; ``tell`` hears how far that is, and may raise."""
        loudness = levels(signal)
        stretches = find_voices(signal, loudness, progress=tell)
        return cls(number, signal, loudness, stretches)

    @property
    def seconds(self) -> float:
        """Of speech."""
        return _seconds(self.stretches)


class Listening:
    """Hears channels with one engine, tells how far it is, and keeps what is done.

    Args:
        engine: What hears.
        seconds: Of speech on all channels.
        vocabulary: Product and place names to expect.
        tell: Told the share done a few times a second; may raise to cancel.
        checkpoints: See Checkpoints.
    """

    def __init__(
        self,
        engine: Transcriber,
        *,
        seconds: float,
        vocabulary: Sequence[str],
        tell: Progress,
        checkpoints: Checkpoints | None,
    ) -> None:
        self._engine = engine
        self._vocabulary = vocabulary
        self._tell = tell
        self._all = seconds
        self._done = 0.0
        self._keep: Callable[[str, Chunk], None] | None = None
        self._kept: list[Chunk] = []
        if checkpoints is not None:
            self._keep = checkpoints.keep
            self._kept = checkpoints.done(engine.engine)

    def hear(self, channel: Channel, language: str | None) -> Recognised:
        """What is said on ``channel``, from behind the last chunk that was kept of it.

        Args:
            channel: The channel.
            language: BCP 47 code, or None to detect it.
        """
        chunks = [one for one in self._kept if one.channel == channel.number]
        rest = behind(channel.stretches, max((one.end for one in chunks), default=0))
        spoken = _Language(language)
        for chunk in chunks:
            spoken.note(chunk)
        self._further(channel.seconds - _seconds(rest))
        pieces = packed(
            rest,
            channel.levels_db,
            longest_s=self._engine.longest_s,
            longest_pause_s=self._engine.longest_pause_s,
        )
        for first in range(0, len(pieces), self._engine.batch):
            together = pieces[first : first + self._engine.batch]
            chunk = self._chunk(channel, together, spoken.known)
            if self._keep is not None:
                self._keep(self._engine.engine, chunk)
            chunks.append(chunk)
            spoken.note(chunk)
            self._further(sum(piece.length for piece in together) / SAMPLE_RATE)
        return Recognised(spoken.told, [one for chunk in chunks for one in chunk.utterances])

    def _chunk(self, channel: Channel, pieces: Sequence[Piece], language: str | None) -> Chunk:
        self._go_on()
        sounds = [piece.cut_from(channel.signal) for piece in pieces]
        let_go(channel.signal)
        heard = self._engine.hear(
            sounds,
            language=language,
            vocabulary=self._vocabulary,
            go_on=self._go_on,
        )
        utterances = [
            utterance
            for piece, result in zip(pieces, heard, strict=True)
            for utterance in piece.placed(result.utterances)
            if _audible(utterance, channel.levels_db)
        ]
        first = next((one for one in heard if one.utterances), None)
        return Chunk(
            channel=channel.number,
            start=pieces[0].parts[0].start,
            end=pieces[-1].parts[-1].end,
            language=None if first is None else first.language,
            language_probability=None if first is None else first.language_probability,
            utterances=utterances,
        )

    def _further(self, seconds: float) -> None:
        self._done += seconds
        self._go_on()

    def _go_on(self) -> None:
        self._tell(1.0 if self._all <= 0 else min(1.0, self._done / self._all))


class _Language:
    """The language of a channel: told, found for sure, or what most of it seems to be."""

    def __init__(self, told: str | None) -> None:
        self._told = told
        self._sure: str | None = None
        self._votes: Counter[str] = Counter()

    @property
    def known(self) -> str | None:
        """What the engine is to take it for; None to detect it."""
        return self._told or self._sure

    @property
    def told(self) -> str | None:
        """What to say it is; None where nobody spoke."""
        if self.known is not None:
            return self.known
        return max(self._votes, key=lambda code: self._votes[code], default=None)

    def note(self, chunk: Chunk) -> None:
        """Learn from what an engine said."""
        if chunk.language is None or not chunk.utterances:
            return
        probability = chunk.language_probability
        if self._sure is None and probability is not None and probability >= _PINNED:
            self._sure = chunk.language
        letters = sum(len(one.text) for one in chunk.utterances)
        self._votes[chunk.language] += round(1000 * letters * (probability or _UNSURE))


def _audible(utterance: Utterance, levels_db: NDArray[np.float32]) -> bool:
    return level_between(levels_db, utterance.start, utterance.end) >= SILENCE_DB


def _seconds(stretches: Sequence[Stretch]) -> float:
    return sum(stretch.end - stretch.start for stretch in stretches) / SAMPLE_RATE
