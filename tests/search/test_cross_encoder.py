"""The cross-encoder adapter, with a real model of two layers made on the spot."""

from pathlib import Path

import numpy as np
import pytest

from copilot.kernel.errors import ConfigurationError
from copilot.search.cross_encoder import CrossEncoderReranker, RerankerConfig, reranker_name
from copilot.search.packaged_model import packaged_model
from copilot.search.reranking import RerankingService
from tests.search.cross_encoders import save_word_matcher
from tests.timing import limit

QUERY = "my kettle is broken"
TEXTS = ["the shop opens at nine", "a kettle can be returned", "my kettle is broken"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("models") / "word-matcher"
    save_word_matcher(folder)
    return folder


def test_it_reads_query_and_text_together(folder: Path) -> None:
    reranker = CrossEncoderReranker.open(RerankerConfig(model=str(folder)))
    assert reranker.name == "word-matcher" == reranker_name(str(folder))
    scores = reranker.scores(QUERY, TEXTS)
    assert scores.dtype == np.float32
    assert scores.shape == (3,)
    assert scores[0] < 0.05 < scores[1] < 0.5 < 0.9 < scores[2] < 1
    other = reranker.scores("the shop opens at nine", TEXTS)
    assert np.argsort(-other)[0] == 0
    assert reranker.scores(QUERY, []).shape == (0,)


def test_the_place_of_a_text_does_not_matter(folder: Path) -> None:
    reranker = CrossEncoderReranker.open(RerankerConfig(model=str(folder), batch_size=2))
    forth, back = reranker.scores(QUERY, TEXTS), reranker.scores(QUERY, TEXTS[::-1])
    assert forth == pytest.approx(back[::-1], abs=1e-5)


async def test_a_real_model_changes_the_order(folder: Path) -> None:
    texts = dict(zip("abc", TEXTS, strict=True))
    service = RerankingService(
        lambda: CrossEncoderReranker.open(RerankerConfig(model=str(folder))),
        "word-matcher",
        deadline_s=limit(20),
    )
    service.start()
    try:
        assert service._loading is not None
        await service._loading
        found = await service.rerank(QUERY, [("a", 0.9), ("b", 0.8), ("c", 0.7)], texts)
    finally:
        await service.close()
    assert [one for one, _ in found.order] == ["c", "b", "a"]
    assert found.problem is None


def test_two_outputs_are_a_probability_too(folder: Path, tmp_path: Path) -> None:
    save_word_matcher(tmp_path / "two", outputs=2)
    one = CrossEncoderReranker.open(RerankerConfig(model=str(folder)))
    two = CrossEncoderReranker.open(RerankerConfig(model=str(tmp_path / "two")))
    assert two.scores(QUERY, TEXTS) == pytest.approx(one.scores(QUERY, TEXTS), abs=1e-5)


def test_what_its_files_say_of_the_activation_does_not_matter(folder: Path) -> None:
    config = RerankerConfig(model=str(folder), activation="identity")
    logits = CrossEncoderReranker.open(config).scores(QUERY, TEXTS)
    assert min(logits) < -1
    expected = CrossEncoderReranker.open(RerankerConfig(model=str(folder))).scores(QUERY, TEXTS)
    assert 1 / (1 + np.exp(-logits)) == pytest.approx(expected, abs=1e-6)


def test_bfloat16_says_about_the_same(folder: Path) -> None:
    import torch

    config = RerankerConfig(model=str(folder), precision="bfloat16")
    scores = CrossEncoderReranker.open(config).scores(QUERY, TEXTS)
    assert scores.dtype == np.float32
    assert list(np.argsort(scores)) == [0, 1, 2]
    assert torch.get_default_dtype() == torch.float32


def test_more_than_the_limit_is_not_read(folder: Path) -> None:
    long = "a " * 200 + "kettle"
    reranker = CrossEncoderReranker.open(RerankerConfig(model=str(folder), max_tokens=16))
    assert reranker._model.preprocess([(QUERY, long)])["input_ids"].shape == (1, 16)
    assert reranker.scores(QUERY, [long])[0] < 0.05
    # The model has 64 places.
    reranker = CrossEncoderReranker.open(RerankerConfig(model=str(folder)))
    assert reranker._model.preprocess([(QUERY, long)])["input_ids"].shape == (1, 64)


def test_a_missing_folder_is_told(tmp_path: Path) -> None:
    for model in (str(tmp_path / "nowhere"), "./nowhere/at/all", "nowhere"):
        with pytest.raises(ConfigurationError, match=r"no folder .*COPILOT_RERANKER__MODEL"):
            CrossEncoderReranker.open(RerankerConfig(model=model))


def test_a_name_that_cannot_be_downloaded_is_told() -> None:
    with pytest.raises(ConfigurationError, match="a name that can be downloaded"):
        CrossEncoderReranker.open(RerankerConfig(model="nobody/no-such-model"))


def test_an_embedding_model_is_refused() -> None:
    config = RerankerConfig(model=str(packaged_model()))
    with pytest.raises(ConfigurationError, match=r"not a cross-encoder \(BertModel\)"):
        CrossEncoderReranker.open(config)


def test_a_model_of_classes_is_refused(tmp_path: Path) -> None:
    save_word_matcher(tmp_path / "nli", outputs=3)
    with pytest.raises(ConfigurationError, match="3 classes"):
        CrossEncoderReranker.open(RerankerConfig(model=str(tmp_path / "nli")))


@pytest.mark.parametrize("name", ["model.safetensors", "config.json", "tokenizer.json"])
def test_a_folder_with_a_broken_file_is_told(tmp_path: Path, name: str) -> None:
    save_word_matcher(tmp_path / "broken")
    (tmp_path / "broken" / name).write_bytes(b"{")
    with pytest.raises(ConfigurationError, match="cannot be loaded"):
        CrossEncoderReranker.open(RerankerConfig(model=str(tmp_path / "broken")))


def test_no_model_is_no_reranker() -> None:
    assert RerankerConfig().model is None
    with pytest.raises(ConfigurationError, match="No re-ranking model is set"):
        CrossEncoderReranker.open(RerankerConfig())
