"""Sentence-transformers models of a few kilobytes, made on the spot: random, but real."""

from pathlib import Path
from typing import Any

WORDS = [
    "the",
    "my",
    "kettle",
    "bicycle",
    "arrived",
    "broken",
    "where",
    "parcel",
    "query",
    "passage",
]
LETTERS = "abcdefghijklmnopqrstuvwxyz:?."


def tiny_bert(folder: Path, *, hidden: int = 32, **pooling: Any) -> Any:
    """A BERT with word pieces; lower case, 64 tokens at most.

    Args:
        folder: Where its encoder is kept.
        hidden: Length of its vectors.
        pooling: Of the pooling module.

    Returns:
        The SentenceTransformer; ``save`` it where it is needed.
    """
    import torch
    from transformers import BertConfig, BertModel, BertTokenizerFast

    pieces = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *WORDS, *LETTERS]
    pieces += [f"##{letter}" for letter in LETTERS]
    torch.manual_seed(5)
    encoder = BertModel(
        BertConfig(
            vocab_size=len(pieces),
            hidden_size=hidden,
            num_hidden_layers=2,
            num_attention_heads=4,
            intermediate_size=48,
            max_position_embeddings=64,
            initializer_range=0.4,
        )
    )
    tokenizer = BertTokenizerFast(
        vocab={piece: number for number, piece in enumerate(pieces)}, model_max_length=64
    )
    return _assembled(folder, encoder, tokenizer, hidden, pooling)


def tiny_xlm_roberta(folder: Path, **pooling: Any) -> Any:
    """An XLM-RoBERTa, whose positions count from the padding's id on; as for :func:`tiny_bert`."""
    import torch
    from tokenizers import Tokenizer, pre_tokenizers, processors
    from tokenizers.models import WordLevel
    from transformers import PreTrainedTokenizerFast, XLMRobertaConfig, XLMRobertaModel

    words = ["<s>", "<pad>", "</s>", "<unk>", *WORDS]
    ids = {word: number for number, word in enumerate(words)}
    backend = Tokenizer(WordLevel(ids, unk_token="<unk>"))
    backend.pre_tokenizer = pre_tokenizers.Whitespace()
    backend.post_processor = processors.RobertaProcessing(("</s>", 2), ("<s>", 0))
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_object=backend,
        pad_token="<pad>",
        unk_token="<unk>",
        cls_token="<s>",
        sep_token="</s>",
        model_max_length=40,
    )
    torch.manual_seed(5)
    encoder = XLMRobertaModel(
        XLMRobertaConfig(
            vocab_size=len(words),
            hidden_size=24,
            num_hidden_layers=1,
            num_attention_heads=2,
            intermediate_size=32,
            max_position_embeddings=48,
            initializer_range=0.4,
            pad_token_id=1,
        )
    )
    return _assembled(folder, encoder, tokenizer, 24, pooling)


def _assembled(folder: Path, encoder: Any, tokenizer: Any, hidden: int, pooling: Any) -> Any:
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Normalize, Pooling, Transformer

    encoder.eval().save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    normalize = pooling.pop("normalize", True)
    modules = [Transformer(str(folder)), Pooling(hidden, **pooling)]
    if normalize:
        modules.append(Normalize())
    return SentenceTransformer(modules=modules, device="cpu")
