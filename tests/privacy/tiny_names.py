"""A tiny model that takes one word for a person, made on the spot: real weights, no download."""

from pathlib import Path
from typing import Any

_WORDS = ("[UNK]", "[PAD]", "hei", "liisa", "kävi", "helsingissä", ".", ",")


def tiny_names(folder: Path) -> Path:
    """A BERT in ``folder`` that takes the word ``liisa`` for a person and nothing else."""
    import torch
    from tokenizers import Tokenizer
    from tokenizers.models import WordLevel
    from tokenizers.pre_tokenizers import Whitespace
    from transformers import BertConfig, BertForTokenClassification, PreTrainedTokenizerFast

    words = Tokenizer(WordLevel({one: at for at, one in enumerate(_WORDS)}, unk_token="[UNK]"))
    words.pre_tokenizer = Whitespace()
    fast: Any = PreTrainedTokenizerFast
    fast(tokenizer_object=words, unk_token="[UNK]", pad_token="[PAD]").save_pretrained(folder)
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
    bert.save_pretrained(folder)
    return folder
