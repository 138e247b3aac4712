"""The adapter for a model that finds names: a real model of random weights, made here."""

from pathlib import Path
from typing import Any

import pytest

from copilot.kernel.errors import ConfigurationError
from copilot.privacy.ner_transformers import TransformersNames
from copilot.privacy.pseudonyms import Pseudonymiser

_WORDS = ("[UNK]", "[PAD]", "hei", "liisa", "kävi", "helsingissä", ".", ",")


@pytest.fixture
def model(tmp_path: Path) -> Path:
    """A tiny BERT that takes the word ``liisa`` for a person and nothing else."""
    import torch
    from tokenizers import Tokenizer
    from tokenizers.models import WordLevel
    from tokenizers.pre_tokenizers import Whitespace
    from transformers import BertConfig, BertForTokenClassification, PreTrainedTokenizerFast

    words = Tokenizer(WordLevel({one: at for at, one in enumerate(_WORDS)}, unk_token="[UNK]"))
    words.pre_tokenizer = Whitespace()
    fast: Any = PreTrainedTokenizerFast
    fast(tokenizer_object=words, unk_token="[UNK]", pad_token="[PAD]").save_pretrained(tmp_path)
    size = len(_WORDS)
    bert = BertForTokenClassification(
        BertConfig(
            vocab_size=size,
            hidden_size=16,
            num_hidden_layers=0,
            num_attention_heads=1,
            intermediate_size=16,
            id2label={0: "O", 1: "B-PER"},
            label2id={"O": 0, "B-PER": 1},
        )
    )
    with torch.no_grad():
        embeddings = bert.bert.embeddings
        embeddings.position_embeddings.weight.zero_()
        embeddings.token_type_embeddings.weight.zero_()
        embeddings.word_embeddings.weight.copy_(torch.eye(size, 16))
        bert.classifier.weight.zero_()
        bert.classifier.weight[1, _WORDS.index("liisa")] = 5.0
        bert.classifier.bias.copy_(torch.tensor([5.0, 0.0]))
    bert.save_pretrained(tmp_path)
    return tmp_path


@pytest.mark.slow
def test_what_the_model_finds_is_masked_and_restored(model: Path) -> None:
    pseudonyms = Pseudonymiser(names=TransformersNames.load(model))
    text = "hei, liisa kävi helsingissä. " * 60 + "liisa@posti.example"
    masked = pseudonyms.mask(text)
    assert masked.count("hei, [NAME_1] kävi helsingissä.") == 60
    assert masked.endswith("[EMAIL_1]")
    assert pseudonyms.restore(masked) == text


def test_a_directory_without_a_model_is_a_mistake_of_the_settings(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="no model that finds names"):
        TransformersNames.load(tmp_path)
