"""Moonshine tiny: English speech, with weights that come in a wheel, run by ONNX Runtime.

The weights (27 million parameters, MIT licence) lie in the wheel of ``moonshine-voice``; its code
is not imported: it tells neither how sure it is of a word nor when the word was said. The model is
described in Jeffries et al., "Moonshine: Speech Recognition for Live Transcription and Voice
Commands" (arXiv:2410.15608): an encoder of about 41 frames a second over the bare samples, and a
decoder of tokens from it.
"""

import hashlib
from collections.abc import Sequence
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from copilot.speech.errors import SpeechLanguageError, SpeechUnavailableError
from copilot.speech.recogniser import Abilities
from copilot.speech.token_times import NOTHING_TOLD, TokenTime, token_times
from copilot.speech.transcriber import SAMPLE_RATE, Recognised, Signal, Utterance
from copilot.speech.transcript import Word

_WHEEL = "moonshine_voice"
_FOLDER = Path("assets", "tiny-en")
_ENCODER, _DECODER, _VOCABULARY = "encoder_model.ort", "decoder_model_merged.ort", "tokenizer.bin"
_SHA256 = {
    _ENCODER: "94e90a4654fc45cdfedb77c4c08e1739f48862998e58fada384b25118134f221",
    _DECODER: "cf524c4862d36e9e5ab032eddc73637efd822d70e868ac575cf1a46e1e4708a0",
    _VOCABULARY: "6884b35fd6377d4c4d32336a0bc152f36b64d1e45b6503683cdc238250a8472d",
}
_BEGIN, _END = 1, 2
_HEADS, _HEAD_SIZE = 8, 36
_FRAME = 384  # samples
_TOKENS_PER_SECOND = 7.0  # people hardly say more; a model that is stuck goes on without end
_LEAST_TOKENS = 6
_WORD_S, _LETTER_S = 0.3, 0.08  # a word takes hardly longer than this, spoken slowly
_QUIET = SAMPLE_RATE // 2
_UNSURE = 0.5
_SHORTEST = 1024  # samples that the encoder needs
_BLANK = "▁".encode()
_ENDS_SENTENCE = (".", "?", "!")


class _Decoded(NamedTuple):
    ids: list[int]
    probabilities: list[float]


class MoonshineRecogniser:
    """English speech to punctuated words; an engine as the host process runs it.

    Args:
        folder: With the three files of the model.
        threads: Processor threads; 0 lets the runtime choose.
    """

    abilities = Abilities(
        engine="moonshine:tiny-en",
        low_accuracy=True,
        languages=frozenset({"en"}),
        # On public clips English has 0.79 and more (four words once 0.46), others 0.45 and less.
        least_confidence=0.55,
        longest_s=15.0,
        longest_pause_s=0.6,
        batch=8,
    )

    def __init__(self, folder: Path, *, threads: int = 0) -> None:
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.log_severity_level = 4
        made = [
            onnxruntime.InferenceSession(
                str(folder / name), options, providers=["CPUExecutionProvider"]
            )
            for name in (_ENCODER, _DECODER)
        ]
        self._encoder: Any = made[0]
        self._decoder: Any = made[1]
        self._tokens = _read_vocabulary((folder / _VOCABULARY).read_bytes())
        self._inputs = {one.name for one in self._decoder.get_inputs()}
        self._past = sorted(name for name in self._inputs if name.startswith("past_key_values"))
        self._outputs = [one.name for one in self._decoder.get_outputs()]

    @classmethod
    def open(cls, *, threads: int = 0) -> Self:
        """Load the packaged weights.

        Raises:
            SpeechUnavailableError: They are not there, or are not the ones we know.
        """
        folder = packaged_folder()
        if folder is None:
            raise SpeechUnavailableError(
                "The packaged English speech model is missing: install Copilot again, or set"
                " COPILOT_SPEECH__KIND=pocketsphinx."
            )
        for name, digest in _SHA256.items():
            if hashlib.sha256((folder / name).read_bytes()).hexdigest() != digest:
                raise SpeechUnavailableError(
                    f"The packaged English speech model is not the one expected ({name} differs):"
                    " install Copilot again."
                )
        return cls(folder, threads=threads)

    def hear(
        self,
        pieces: Sequence[Signal],
        *,
        language: str | None,
        vocabulary: Sequence[str],  # noqa: ARG002 - the model takes no hints
    ) -> list[Recognised]:
        """What is said in each piece; see the Transcriber port.

        Raises:
            SpeechLanguageError: ``language`` is not English.
        """
        if language is not None and language.split("-")[0].lower() != "en":
            raise SpeechLanguageError(f"Moonshine tiny knows only English, not {language!r}.")
        return [Recognised("en", self._utterances(piece)) for piece in pieces]

    def _utterances(self, piece: Signal) -> list[Utterance]:
        if len(piece) < _SHORTEST:
            return []
        seconds = len(piece) / SAMPLE_RATE
        # Without an end to the last word the model likes to make up how it goes on.
        piece = np.concatenate([piece, np.zeros(_QUIET, np.float32)])
        states = self._encode(piece)
        decoded = self._decode(states, _LEAST_TOKENS + int(seconds * _TOKENS_PER_SECOND))
        if not decoded.ids:
            return []
        times = token_times(
            lambda heard: self._likelihoods(states, decoded.ids, heard),
            frames=states.shape[1],
            tokens=len(decoded.ids),
            seconds=len(piece) / SAMPLE_RATE,
        )
        return _sentences(self._words(decoded, times))

    def _encode(self, piece: Signal) -> NDArray[np.float32]:
        samples = np.ascontiguousarray(piece, dtype=np.float32)[None]
        given = {"input_values": samples, "attention_mask": np.ones(samples.shape, np.int64)}
        states: NDArray[np.float32] = self._encoder.run(None, given)[0]
        return states

    def _decode(self, states: NDArray[np.float32], longest: int) -> _Decoded:
        """The likeliest tokens one after another, with the model's probability of each."""
        past, ids, probabilities = self._nothing_past(1), [_BEGIN], list[float]()
        while len(ids) <= longest:
            again = len(ids) > 1
            answers = self._decoder.run(
                None, self._given(np.array([ids[-1:]]), states, past, cached=again)
            )
            logits = answers[0][0, -1].astype(np.float64)
            likeliest = int(logits.argmax())
            if likeliest == _END or _is_stuck(ids, likeliest):
                break
            ids.append(likeliest)
            probabilities.append(float(1 / np.exp(logits - logits[likeliest]).sum()))
            for name, value in zip(self._outputs[1:], answers[1:], strict=True):
                # What was computed from the sound is given out once only.
                if not again or ".decoder." in name:
                    past[name.replace("present", "past_key_values")] = value
        return _Decoded(ids[1:], probabilities)

    def _likelihoods(
        self, states: NDArray[np.float32], ids: Sequence[int], heard: NDArray[np.bool_]
    ) -> NDArray[np.float32]:
        """The probability of each token after those before it, had only some frames been heard.

        Args:
            states: The encoder's, shape ``(1, frames, width)``.
            ids: The tokens.
            heard: Which frames are heard, shape ``(cases, frames)``.

        Returns:
            Shape ``(cases, tokens)``.
        """
        cases = len(heard)
        before = np.tile(np.array([[_BEGIN, *ids[:-1]]]), (cases, 1))
        same = np.repeat(states, cases, axis=0)
        given = self._given(before, same, self._nothing_past(cases), heard=heard, cached=False)
        logits = self._decoder.run(["logits"], given)[0]
        logits -= logits.max(axis=-1, keepdims=True)
        wanted = np.take_along_axis(logits, np.array(ids)[None, :, None], axis=-1)[..., 0]
        likely: NDArray[np.float32] = np.exp(wanted) / np.exp(logits, out=logits).sum(axis=-1)
        return likely

    def _given(
        self,
        tokens: NDArray[np.int64],
        states: NDArray[np.float32],
        past: dict[str, NDArray[np.float32]],
        *,
        cached: bool,
        heard: NDArray[np.bool_] | None = None,
    ) -> dict[str, Any]:
        seen = np.ones(states.shape[:2], bool) if heard is None else heard
        given: dict[str, Any] = {
            "input_ids": tokens,
            "encoder_hidden_states": states,
            # It is one of samples, of which the model takes the first of each frame.
            "encoder_attention_mask": np.repeat(seen, _FRAME, axis=1).astype(np.int64),
            "use_cache_branch": np.array([cached]),
            **past,
        }
        return {name: value for name, value in given.items() if name in self._inputs}

    def _nothing_past(self, cases: int) -> dict[str, NDArray[np.float32]]:
        shape = (cases, _HEADS, 0, _HEAD_SIZE)
        return {name: np.zeros(shape, np.float32) for name in self._past}

    def _words(self, decoded: _Decoded, times: Sequence[TokenTime]) -> list[Word]:
        """Tokens joined to words; a word begins with a token that begins with a blank."""
        tokens = [self._tokens[one] for one in decoded.ids]
        begins = [at for at, token in enumerate(tokens) if at == 0 or token.startswith(_BLANK)]
        words: list[Word] = []
        for first, last in pairwise([*begins, len(tokens)]):
            text = b"".join(tokens[first:last]).decode("utf-8", "replace").replace("▁", "").strip()
            sure = _sure(tokens[first:last], decoded.probabilities[first:last])
            made_up = sure < _UNSURE and all(one.told < NOTHING_TOLD for one in times[first:last])
            if text and not made_up:
                end = times[last - 1].end
                # Tokens share the pause before them; nobody takes that long over a word.
                start = max(times[first].start, end - _WORD_S - _LETTER_S * len(text))
                words.append(
                    Word(start=round(start, 2), end=round(end, 2), text=text, confidence=sure)
                )
        return words


def packaged_folder() -> Path | None:
    """Where the packaged weights are, or None where the wheel is not installed."""
    spec = find_spec(_WHEEL)
    places = [] if spec is None else list(spec.submodule_search_locations or [])
    for place in places:
        if (folder := Path(place) / _FOLDER).is_dir():
            return folder
    return None


def _read_vocabulary(packed: bytes) -> list[bytes]:
    """The tokens: each with its length before it, in one byte or, from 128 on, in two."""
    tokens: list[bytes] = []
    at = 0
    while at < len(packed):
        length = packed[at]
        at += 1
        if length >= 128:
            length += 128 * (packed[at] - 1)
            at += 1
        tokens.append(packed[at : at + length])
        at += length
    return tokens


def _sure(tokens: Sequence[bytes], probabilities: Sequence[float]) -> float:
    """How sure the model is of a word: as sure as of its unlikeliest token with a letter in it."""
    said = [
        probability
        for token, probability in zip(tokens, probabilities, strict=True)
        if any(letter.isalnum() for letter in token.decode("utf-8", "replace"))
    ]
    return round(min(said or probabilities), 3)


def _is_stuck(ids: Sequence[int], following: int) -> bool:
    """Whether the tokens go round in circles: the same one to eight for the fourth time."""
    tokens = [*ids, following]
    return any(
        len(tokens) > 4 * size
        and all(tokens[-size:] == tokens[-size * (turn + 1) : -size * turn] for turn in range(1, 4))
        for size in range(1, 9)
    )


def _sentences(words: Sequence[Word]) -> list[Utterance]:
    """Words cut to utterances where a sentence ends."""
    cuts = [at for at, word in enumerate(words, start=1) if word.text.endswith(_ENDS_SENTENCE)]
    utterances: list[Utterance] = []
    for first, last in pairwise(sorted({0, *cuts, len(words)})):
        part = list(words[first:last])
        sure = sum(word.confidence or 0.0 for word in part) / len(part)
        text = " ".join(word.text for word in part)
        utterances.append(Utterance(part[0].start, part[-1].end, text, round(sure, 3), part))
    return utterances
