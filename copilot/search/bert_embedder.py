"""Embeddings by BERT encoders on OpenVINO: the packaged model's default, without torch.

Loading takes under 1 s instead of the 7 s that torch and sentence-transformers need for their
imports, and a pass holds Python's lock only to start and to end.
"""

import copy
import json
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Self

import numpy as np

from copilot.kernel.errors import ConfigurationError
from copilot.search.config import EmbedderConfig
from copilot.search.embedder import Vectors
from copilot.search.lengths import length_groups
from copilot.search.model_card import model_card
from copilot.search.model_prompts import Prefixes, prefixes
from copilot.search.openvino_bert import BertShape, Encode, compile_bert
from copilot.search.packaged_model import check_packaged_model, packaged_model
from copilot.search.unrelated import unrelated_similarity

if TYPE_CHECKING:
    from tokenizers import Tokenizer

_UNBOUNDED = 1 << 20
_KINDS = ("bert", "roberta", "xlm-roberta")


class BertEmbedder:
    """The Embedder port on a compiled BERT encoder.

    Args:
        encode: The compiled encoder.
        tokenizer: The model's own, cutting at the model's length and padding nothing.
        name: The model's name.
        dimension: Length of a vector.
        prefixes: Put before texts.
        batch_size: Most texts per run of the encoder.
    """

    def __init__(
        self,
        encode: Encode,
        tokenizer: "Tokenizer",
        *,
        name: str,
        dimension: int,
        prefixes: Prefixes,
        batch_size: int,
    ) -> None:
        self._encode = encode
        self._tokenizer = tokenizer
        self._counting = copy.deepcopy(tokenizer)
        self._counting.no_truncation()
        self.name = name
        self.dimension = dimension
        self._prefixes = prefixes
        self._batch_size = batch_size
        self.longest: int = (tokenizer.truncation or {}).get("max_length", _UNBOUNDED)
        self.unrelated = unrelated_similarity(self.embed_passages)

    @staticmethod
    def takes(config: EmbedderConfig) -> bool:
        """Whether ``config`` names this back end, or leaves the choice and names its model."""
        if config.backend != "auto":
            return config.backend == "openvino"
        packaged = config.model is None and config.device in (None, "cpu")
        return packaged and find_spec("openvino") is not None

    @classmethod
    def open(cls, config: EmbedderConfig) -> Self:
        """Load the model: below 1 s.

        Raises:
            ConfigurationError: There is no such model, its weights are not what they should be,
                or it is of a kind that only torch runs.
        """
        card = model_card(config.model)
        folder = packaged_model() if config.model is None else Path(config.model).expanduser()
        if config.model is None:
            check_packaged_model(folder)
        if config.device not in (None, "cpu"):
            raise ConfigurationError(
                f"OpenVINO runs here on the processor, not on {config.device!r}: set "
                "COPILOT_EMBEDDER__BACKEND to torch for another device."
            )
        try:
            encode = compile_bert(
                _weights(folder),
                _shape(folder),
                precision=config.precision,
                threads=config.threads,
            )
            tokenizer = _tokenizer(folder, config.max_tokens)
        except ImportError as error:
            raise ConfigurationError(
                "OpenVINO is not installed: install openvino, or set COPILOT_EMBEDDER__BACKEND to "
                "torch."
            ) from error
        # Each library has its own, Rust's among them plain Exceptions.
        except Exception as error:
            raise _unfit(card.name, f"{type(error).__name__}: {error}") from error
        own = _json(folder / "config_sentence_transformers.json")
        return cls(
            encode,
            tokenizer,
            name=card.name,
            dimension=card.dimension,
            prefixes=prefixes(config, own.get("prompts") or {}, own.get("default_prompt_name")),
            batch_size=config.batch_size,
        )

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        """See :meth:`Embedder.embed_queries`."""
        return self._embed(texts, self._prefixes.query)

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """See :meth:`Embedder.embed_passages`."""
        return self._embed(texts, self._prefixes.passage)

    def pieces(self, text: str) -> int:
        """See :meth:`Embedder.pieces`."""
        return len(self._counting.encode(text, add_special_tokens=False).ids)

    def _embed(self, texts: Sequence[str], prefix: str) -> Vectors:
        vectors = np.empty((len(texts), self.dimension), dtype=np.float32)
        read = self._tokenizer.encode_batch_fast([prefix + text for text in texts])
        tokens = [one.ids for one in read]
        for group in length_groups([len(ids) for ids in tokens], size=self._batch_size):
            longest = max(len(tokens[group[-1]]), 1)
            ids = np.zeros((len(group), longest), dtype=np.int32)
            mask = np.zeros((len(group), longest), dtype=np.int32)
            for row, position in enumerate(group):
                ids[row, : len(tokens[position])] = tokens[position]
                mask[row, : len(tokens[position])] = 1
            vectors[group] = self._encode(ids, mask)
        return vectors


def _unfit(name: str, why: str) -> ConfigurationError:
    return ConfigurationError(
        f"The embedding model {name!r} cannot be run by OpenVINO here ({why}): set "
        "COPILOT_EMBEDDER__BACKEND to torch, which runs any sentence-transformers model."
    )


def _json(file: Path) -> dict[str, Any]:
    if not file.is_file():
        return {}
    content = json.loads(file.read_text("utf-8"))
    if not isinstance(content, dict):
        raise ValueError(f"{file.name} holds no object")  # noqa: TRY004 - the file's content is bad
    return content


def _shape(folder: Path) -> BertShape:
    config = _json(folder / "config.json")
    kind = config.get("model_type")
    if kind not in _KINDS:
        raise ValueError(f"its model_type is {kind!r}, not one of {', '.join(_KINDS)}")
    for key, wanted in {"hidden_act": "gelu", "position_embedding_type": "absolute"}.items():
        if config.get(key, wanted) != wanted:
            raise ValueError(f"its {key} is {config[key]!r}, not {wanted!r}")
    return BertShape(
        layers=int(config["num_hidden_layers"]),
        heads=int(config["num_attention_heads"]),
        epsilon=float(config["layer_norm_eps"]),
        pooling=_pooling(folder),
        first_place=_first_place(config),
    )


def _first_place(config: dict[str, Any]) -> int:
    # RoBERTa counts its places from the padding's id on.
    return 0 if config["model_type"] == "bert" else int(config["pad_token_id"]) + 1


def _pooling(folder: Path) -> Literal["mean", "cls"]:
    modules = json.loads((folder / "modules.json").read_text("utf-8"))
    kinds = [module["type"].rpartition(".")[2] for module in modules]
    if kinds not in (["Transformer", "Pooling"], ["Transformer", "Pooling", "Normalize"]):
        raise ValueError(f"its modules are {', '.join(kinds)}")
    if modules[0]["path"]:
        raise ValueError("its encoder lies in a folder of its own")
    config = _json(folder / modules[1]["path"] / "config.json")
    mode = config.get("pooling_mode")
    modes = [mode] if isinstance(mode, str) else mode or []
    modes += [
        key.removeprefix("pooling_mode_").removesuffix("_tokens").removesuffix("_token")
        for key, value in config.items()
        if key.startswith("pooling_mode_") and value
    ]
    if modes == ["mean"] and config.get("include_prompt", True):
        return "mean"
    if modes == ["cls"]:
        return "cls"
    raise ValueError(f"it pools by {' + '.join(modes) or 'nothing known'}")


def _weights(folder: Path) -> dict[str, Any]:
    from safetensors.numpy import load_file

    found = load_file(folder / "model.safetensors")
    return {
        name.removeprefix("bert.").removeprefix("roberta."): array.astype(np.float32, copy=False)
        for name, array in found.items()
    }


def _tokenizer(folder: Path, max_tokens: int | None) -> "Tokenizer":
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    config = _json(folder / "config.json")
    places = int(config["max_position_embeddings"]) - _first_place(config)
    own = _json(folder / "sentence_bert_config.json").get("max_seq_length")
    own = own or _json(folder / "tokenizer_config.json").get("model_max_length")
    # The file's own truncation and padding (the packaged one: 128 both) would cut what the model
    # can read and pad every short question to the full length.
    tokenizer.no_padding()
    tokenizer.enable_truncation(min(max_tokens or own or places, places))
    return tokenizer
