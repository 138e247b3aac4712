"""Chat models of a few hundred kilobytes, made on the spot, for a real model server.

One says a fixed sentence and ends: its weights lead from each word to the next. The other has
random weights, says nonsense and never ends.
"""

from itertools import pairwise
from pathlib import Path
from typing import Any

SENTENCE = "Hello, thank you for writing."
_SPECIAL = ("<unk>", "<s>", "</s>", "<pad>")
_TURN = "assistant:"
_TEMPLATE = (
    "{% for one in messages %}{{ one['role'] }}: {{ one['content'] }}\n{% endfor %}"
    "{% if add_generation_prompt %}" + _TURN + "{% endif %}"
)


def saying(folder: Path) -> Path:
    """A model in ``folder`` that answers :data:`SENTENCE`."""
    model, words = _made(folder)
    _weigh(model, words)
    model.save_pretrained(folder)
    return folder


def babbling(folder: Path) -> Path:
    """A model in ``folder`` with random weights."""
    import torch

    torch.manual_seed(7)
    model, words = _made(folder)
    with torch.no_grad():
        model.lm_head.weight[words.index("</s>")] = -1.0
        model.model.embed_tokens.weight.abs_()
    model.save_pretrained(folder)
    return folder


def _made(folder: Path) -> tuple[Any, list[str]]:
    from tokenizers import Tokenizer
    from tokenizers.models import WordLevel
    from tokenizers.pre_tokenizers import WhitespaceSplit
    from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

    words = [*_SPECIAL, _TURN, *SENTENCE.split()]
    tokenizer = Tokenizer(WordLevel({one: n for n, one in enumerate(words)}, unk_token="<unk>"))
    tokenizer.pre_tokenizer = WhitespaceSplit()
    fast: Any = PreTrainedTokenizerFast
    saved = fast(
        tokenizer_object=tokenizer,
        unk_token="<unk>",
        bos_token="<s>",
        eos_token="</s>",
        pad_token="<pad>",
    )
    saved.chat_template = _TEMPLATE
    saved.save_pretrained(folder)
    config = LlamaConfig(
        vocab_size=len(words),
        hidden_size=16,
        intermediate_size=16,
        num_hidden_layers=1,
        num_attention_heads=2,
        num_key_value_heads=2,
        max_position_embeddings=16_384,
        bos_token_id=1,
        eos_token_id=2,
        pad_token_id=3,
        tie_word_embeddings=False,
    )
    return LlamaForCausalLM(config), words


def _weigh(model: Any, words: list[str]) -> None:
    """Weights that lead from each word of the sentence to the next, from the last to the end."""
    import torch

    chain = [words.index(one) for one in (_TURN, *SENTENCE.split(), "</s>")]
    with torch.no_grad():
        for parameter in model.model.layers.parameters():
            parameter.zero_()
        model.model.embed_tokens.weight.copy_(torch.eye(len(words), 16))
        model.lm_head.weight.zero_()
        for here, following in pairwise(chain):
            model.lm_head.weight[following, here] = 20.0
