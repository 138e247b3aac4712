"""Re-ranking by any sentence-transformers cross-encoder; none comes with this package."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal, Self

import numpy as np
from pydantic import BaseModel, ConfigDict, Field

from copilot.kernel.errors import ConfigurationError
from copilot.search.loading import loading
from copilot.search.reranker import Scores

_WHAT_IT_MUST_BE = (
    "COPILOT_RERANKER__MODEL must be a cross-encoder's folder, whole, or a name that can be "
    "downloaded."
)


class RerankerConfig(BaseModel):
    """Which cross-encoder orders the best passages anew, and how.

    Attributes:
        model: A model's folder or hub name; None is no re-ranking.
        device: ``cpu``, ``cuda``, …; None takes a GPU when there is one.
        precision: ``bfloat16`` is faster where the processor has it.
        max_tokens: Longest query and passage together, in tokens; what is over is not read.
        activation: ``sigmoid`` for models whose output is unbounded, as nearly all are, whatever
            their files say; ``identity`` for those whose output is from 0 to 1 already.
        top: How many of the best passages it reads.
        weight: How much it says beside the fused score, from 0 to 1. Above one half, its
            certainty overrules; below 1, what it cannot tell apart keeps the fused order.
        deadline_s: Longest that a search waits for it, in seconds.
        batch_size: Most texts per pass; a pass whose caller has gone stops after so many.
    """

    model_config = ConfigDict(extra="forbid")

    model: str | None = None
    device: str | None = None
    precision: Literal["float32", "bfloat16"] = "float32"
    max_tokens: int = Field(default=512, ge=16)
    activation: Literal["sigmoid", "identity"] = "sigmoid"
    top: int = Field(default=30, ge=2, le=200)
    weight: float = Field(default=0.7, ge=0, le=1)
    deadline_s: float = Field(default=0.3, gt=0)
    batch_size: int = Field(default=8, ge=1)


def reranker_name(model: str) -> str:
    """What a folder or hub name is called."""
    folder = Path(model).expanduser()
    return folder.resolve().name if folder.is_dir() else model


class CrossEncoderReranker:
    """The Reranker port on a loaded CrossEncoder.

    Args:
        model: The loaded model, of one output (relevance) or two (not relevant, relevant).
        name: Its name.
        config: How it is used.
    """

    def __init__(self, model: Any, name: str, config: RerankerConfig) -> None:
        self._model = model
        self._config = config
        self.name = name

    @classmethod
    def open(cls, config: RerankerConfig) -> Self:
        """Load the model: seconds, mostly imports.

        Raises:
            ConfigurationError: There is no such model, or it is no cross-encoder.
        """
        if config.model is None:
            raise ConfigurationError(f"No re-ranking model is set: {_WHAT_IT_MUST_BE}")
        folder = Path(config.model).expanduser()
        if not folder.is_dir() and (folder.is_absolute() or len(folder.parts) != 2):
            raise ConfigurationError(f"There is no folder {config.model!r}: {_WHAT_IT_MUST_BE}")
        name = reranker_name(config.model)
        with loading():
            model = _load(str(folder) if folder.is_dir() else config.model, name, config)
        _check(model, name)
        own = model.max_seq_length
        model.max_seq_length = min(own, config.max_tokens) if own else config.max_tokens
        if config.precision == "bfloat16":
            # Not while it loads: that would set torch's default type under the embedding model.
            model.bfloat16()
        return cls(model, name, config)

    def scores(self, query: str, texts: Sequence[str]) -> Scores:
        """See :meth:`Reranker.scores`."""
        if not texts:
            return np.empty(0, dtype=np.float32)
        outputs = self._model.predict(
            [(query, text) for text in texts],
            batch_size=self._config.batch_size,
            activation_fn=_as_they_are,
            show_progress_bar=False,
            convert_to_numpy=True,
        )
        outputs = np.asarray(outputs, dtype=np.float64).reshape(len(texts), -1)
        if self._config.activation == "identity":
            return outputs[:, -1].astype(np.float32)
        # The softmax of two outputs is the sigmoid of their difference.
        logits = outputs[:, -1] - (outputs[:, 0] if outputs.shape[1] == 2 else 0.0)
        return (0.5 + 0.5 * np.tanh(logits / 2)).astype(np.float32)


def _as_they_are(outputs: Any) -> Any:
    return outputs


def _load(place: str, name: str, config: RerankerConfig) -> Any:
    from sentence_transformers import CrossEncoder

    try:
        return CrossEncoder(
            place,
            device=config.device,
            model_kwargs={"dtype": "float32"},
            trust_remote_code=False,
        )
    # Every kind of broken file raises an error of its own library.
    except Exception as error:
        raise ConfigurationError(
            f"The re-ranking model {name!r} cannot be loaded ({error}): {_WHAT_IT_MUST_BE}"
        ) from error


def _check(model: Any, name: str) -> None:
    # An embedding model is loaded without complaint, with a head of random numbers.
    architectures = getattr(model.model.config, "architectures", None) or ()
    trained = any(str(one).endswith(_SCORING) for one in architectures)
    if not trained and len(model) < 2:
        raise ConfigurationError(
            f"{name!r} is not a cross-encoder ({', '.join(map(str, architectures))}): "
            f"{_WHAT_IT_MUST_BE}"
        )
    if model.num_labels > 2:
        raise ConfigurationError(
            f"{name!r} sorts pairs of texts into {model.num_labels} classes and does not say how "
            f"relevant one is: {_WHAT_IT_MUST_BE}"
        )


_SCORING = ("ForSequenceClassification", "ForCausalLM")
