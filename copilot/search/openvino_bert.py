"""BERT encoders as an OpenVINO graph, made in memory from a model's own weights.

No exported file to keep beside the weights, and no second framework to export it with.
"""

import sys
import timeit
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from copilot.search.embedder import Vectors

Encode = Callable[[NDArray[np.int32], NDArray[np.int32]], Vectors]
"""Token ids and mask (1 for a token, 0 for padding), both ``(texts, tokens)``, to unit vectors."""

Weights = Mapping[str, NDArray[np.float32]]

_MASKED = -30_000.0
"""Added to the scores of padding: e to its power is 0, and even bfloat16 can hold it."""

_TURNS = 5
_WORTH = 0.9
"""Of the float32 time: what bfloat16 must stay below to be taken; equal is not worth its error."""


class BertShape(NamedTuple):
    """What of a BERT's configuration its graph depends on.

    Attributes:
        layers: Number of encoder layers.
        heads: Attention heads per layer.
        epsilon: Of the layer normalisations.
        pooling: The vector of a text: the mean over its tokens, or that of its first token.
        first_place: Row of the position embeddings that the first token takes.
    """

    layers: int
    heads: int
    epsilon: float
    pooling: Literal["mean", "cls"]
    first_place: int = 0


def compile_bert(
    weights: Weights, shape: BertShape, *, precision: str, threads: int | None
) -> Encode:
    """An encoder for the processor of this machine.

    Args:
        weights: By their names in the model's file; copied.
        shape: The model's configuration.
        precision: ``float32``, ``bfloat16``, or ``auto``: whichever of those that the processor
            has is faster here, measured while loading (under 1 s).
        threads: Processor threads; None leaves it to OpenVINO.

    Raises:
        KeyError: A weight is missing.
        RuntimeError: The weights do not fit together.
    """
    openvino = _openvino()
    core = openvino.Core()
    model = _graph(weights, shape)

    def compiled(name: str) -> Encode:
        options: dict[str, Any] = {
            "PERFORMANCE_HINT": "LATENCY",
            # A thread tied to a core waits for whoever has that core.
            "ENABLE_CPU_PINNING": False,
            "INFERENCE_PRECISION_HINT": {"float32": "f32", "bfloat16": "bf16"}[name],
        }
        if threads is not None:
            options["INFERENCE_NUM_THREADS"] = threads
        request = core.compile_model(model, "CPU", options).create_infer_request()

        def encode(ids: NDArray[np.int32], mask: NDArray[np.int32]) -> Vectors:
            # A copy: the request's own output is overwritten by its next run.
            found = request.infer([ids, mask], share_inputs=True, share_outputs=True)[0]
            return np.array(found, dtype=np.float32)

        return encode

    if precision != "auto":
        return compiled(precision)
    if "BF16" not in core.get_property("CPU", "OPTIMIZATION_CAPABILITIES"):
        return compiled("float32")
    half, full = compiled("bfloat16"), compiled("float32")
    took = _seconds(half, full)
    return half if took[0] < _WORTH * took[1] else full


def _openvino() -> Any:
    # Importing openvino reports the import to its makers when this package is there, and it is a
    # dependency. None in its place makes it look missing, which openvino is prepared for.
    sys.modules.setdefault("openvino_telemetry", None)  # type: ignore[arg-type]
    import openvino

    return openvino


def _seconds(*encoders: Encode) -> list[float]:
    # The least of several runs in turn, after one that sets up: others use the processor too.
    ids = np.ones((4, 32), dtype=np.int32)
    for encode in encoders:
        encode(ids, ids)
    turns = [
        [timeit.timeit(partial(one, ids, ids), number=1) for one in encoders] for _ in range(_TURNS)
    ]
    return [min(took) for took in zip(*turns, strict=True)]


def _graph(weights: Weights, shape: BertShape) -> Any:
    # Devlin et al. 2019; the attention is that of Vaswani et al. 2017, section 3.2.
    openvino = _openvino()
    from openvino import opset13 as op

    width = weights["embeddings.LayerNorm.weight"].shape[0]
    per_head = [0, 0, shape.heads, width // shape.heads]

    def whole(*values: int) -> Any:
        return op.constant(np.array(values, dtype=np.int64))

    def weight(name: str) -> Any:
        return op.constant(weights[name])

    def normalised(x: Any, name: str) -> Any:
        x = op.mvn(x, whole(-1), True, shape.epsilon, "inside_sqrt")  # noqa: FBT003 - OpenVINO's
        return op.add(op.multiply(x, weight(f"{name}.weight")), weight(f"{name}.bias"))

    def linear(x: Any, name: str) -> Any:
        x = op.matmul(x, weight(f"{name}.weight"), transpose_a=False, transpose_b=True)
        return op.add(x, weight(f"{name}.bias"))

    def headed(x: Any) -> Any:
        return op.transpose(op.reshape(x, whole(*per_head), special_zero=True), whole(0, 2, 1, 3))

    ids = op.parameter([-1, -1], np.int32, name="ids")
    mask = op.parameter([-1, -1], np.int32, name="mask")
    first, one = op.constant(np.int64(0)), op.constant(np.int64(1))
    length = op.gather(op.shape_of(ids), one, first)
    begin = op.constant(np.int64(shape.first_place))
    places = op.range(begin, op.add(begin, length), one, output_type="i64")
    x = op.add(
        op.gather(weight("embeddings.word_embeddings.weight"), ids, first),
        op.gather(weight("embeddings.position_embeddings.weight"), places, first),
    )
    x = op.add(x, op.constant(weights["embeddings.token_type_embeddings.weight"][0]))
    x = normalised(x, "embeddings.LayerNorm")
    present = op.convert(mask, "f32")
    absent = op.subtract(op.constant(np.float32(1)), op.unsqueeze(present, whole(1, 2)))
    hidden = op.multiply(absent, op.constant(np.float32(_MASKED)))
    for number in range(shape.layers):
        layer = f"encoder.layer.{number}"
        query, key, value = (
            headed(linear(x, f"{layer}.attention.self.{part}"))
            for part in ("query", "key", "value")
        )
        seen = op.scaled_dot_product_attention(query, key, value, hidden)
        seen = op.transpose(seen, whole(0, 2, 1, 3))
        seen = op.reshape(seen, whole(0, 0, width), special_zero=True)
        seen = op.add(linear(seen, f"{layer}.attention.output.dense"), x)
        x = normalised(seen, f"{layer}.attention.output.LayerNorm")
        wide = op.gelu(linear(x, f"{layer}.intermediate.dense"), "erf")
        x = normalised(
            op.add(linear(wide, f"{layer}.output.dense"), x), f"{layer}.output.LayerNorm"
        )
    if shape.pooling == "cls":
        pooled = op.gather(x, first, one)
    else:
        counted = op.unsqueeze(present, whole(2))
        pooled = op.reduce_sum(op.multiply(x, counted), whole(1))
        # As sentence-transformers does: a text without any token is no division by zero.
        tokens = op.maximum(op.reduce_sum(counted, whole(1)), op.constant(np.float32(1e-9)))
        pooled = op.divide(pooled, tokens)
    unit = op.normalize_l2(pooled, whole(1), 1e-12, "max")
    return openvino.Model([unit], [ids, mask], "bert")
