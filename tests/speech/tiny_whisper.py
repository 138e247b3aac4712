"""A Whisper model of a megabyte that always says the same sentence, built on the spot.

The real faster-whisper path runs on it: its detection of voices, features, CTranslate2, decoding
with timestamps, word alignment. One feed-forward layer is an associative memory from each token to
the one that follows it; everything else in the decoder is silent. So whatever the sound, the model
says ``SENTENCE``, after whatever prompt.
"""

import json
import sys
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

SENTENCE = "Hello, your order has been sent today."
_SPECIALS = ["<|endoftext|>", "<|startoftranscript|>"]
_TASKS = ["translate", "transcribe", "startoflm", "startofprev", "nospeech", "notimestamps"]


class Shape(NamedTuple):
    """The size of a model: width, layers of the encoder and of the decoder each, heads."""

    width: int = 64
    layers: int = 1
    heads: int = 2
    inner: int = 64


FIXTURE = Shape()


def build_tiny_whisper(
    folder: Path, *, sentence: str = SENTENCE, language: str = "en", shape: Shape = FIXTURE
) -> Path:
    """Write the converted model to ``folder`` and return it.

    Args:
        folder: Made when it is not there.
        sentence: What it says; no word twice.
        language: What it takes every speech for.
        shape: How much there is to compute: the words stay the same.
    """
    import torch
    from ctranslate2.converters import TransformersConverter
    from transformers import WhisperConfig, WhisperForConditionalGeneration

    source = folder / "source"
    source.mkdir(parents=True)
    words = [" " + word for word in sentence.split()]
    ids = _write_tokenizer(source, words)
    config = WhisperConfig(
        vocab_size=max(ids.values()) + 1,
        d_model=shape.width,
        encoder_layers=shape.layers,
        decoder_layers=shape.layers,
        encoder_attention_heads=shape.heads,
        decoder_attention_heads=shape.heads,
        encoder_ffn_dim=shape.inner,
        decoder_ffn_dim=shape.inner,
        num_mel_bins=80,
        bos_token_id=ids["<|endoftext|>"],
        eos_token_id=ids["<|endoftext|>"],
        pad_token_id=ids["<|endoftext|>"],
        decoder_start_token_id=ids["<|startoftranscript|>"],
    )
    model = WhisperForConditionalGeneration(config).eval()
    # Not torch's own generator: other tests of this process draw from it in other threads.
    draw = torch.Generator().manual_seed(7)
    with torch.no_grad():
        for name, weights in model.named_parameters():
            if weights.dim() > 1 and "embed_positions" not in name:
                weights.normal_(std=0.02, generator=draw)
    chain = ["<|transcribe|>", "<|0.00|>", *words, "<|2.00|>", "<|endoftext|>"]
    follow = [*pairwise(chain), ("<|notimestamps|>", words[0])]
    follow.append(("<|startoftranscript|>", f"<|{language}|>"))
    _remember(model.model.decoder, [(ids[one], ids[other]) for one, other in follow], draw)
    model.save_pretrained(source)
    target = folder / "tiny"
    TransformersConverter(str(source), copy_files=["tokenizer.json"]).convert(
        str(target), quantization="int8"
    )
    _complete(target, ids)
    return target


def _remember(decoder, follow, draw):  # type: ignore[no-untyped-def] # torch modules
    import torch
    from torch.nn import functional

    embeddings = functional.normalize(
        torch.randn(decoder.embed_tokens.weight.shape, generator=draw), dim=1
    )
    width = embeddings.shape[1]
    with torch.no_grad():
        decoder.embed_tokens.weight.copy_(embeddings)
        decoder.embed_positions.weight.zero_()
        decoder.layer_norm.weight.fill_(3.0)  # makes it sure of itself
        for layer in decoder.layers:
            silent = [layer.self_attn.out_proj, layer.encoder_attn.out_proj, layer.fc1, layer.fc2]
            for linear in silent:
                linear.weight.zero_()
                linear.bias.zero_()
        layer = decoder.layers[0]
        layer.fc1.bias.fill_(-0.625 * width)
        for row, (one, other) in enumerate(follow):
            key = functional.layer_norm(embeddings[one], (width,))
            layer.fc1.weight[row] = key  # its product with itself is the width
            layer.fc2.weight[:, row] = embeddings[other] * 4


def _write_tokenizer(folder: Path, words: list[str]) -> dict[str, int]:
    from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers
    from transformers import PreTrainedTokenizerFast
    from transformers.models.whisper.tokenization_whisper import LANGUAGES

    letters = sorted(pre_tokenizers.ByteLevel.alphabet())
    vocabulary = {letter: number for number, letter in enumerate(letters)}
    merges: list[tuple[str, str]] = []
    for word in words:
        whole = word.replace(" ", "Ġ")
        for end in range(2, len(whole) + 1):
            if whole[:end] not in vocabulary:
                merges.append((whole[: end - 1], whole[end - 1]))
                vocabulary[whole[:end]] = len(vocabulary)
    names = [*_SPECIALS, *(f"<|{code}|>" for code in LANGUAGES), *(f"<|{one}|>" for one in _TASKS)]
    names += [f"<|{second / 50:.2f}|>" for second in range(1501)]
    vocabulary[""] = len(vocabulary)  # by this CTranslate2 knows a model of many languages
    tokenizer = Tokenizer(models.BPE(vocab=vocabulary, merges=merges))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.add_special_tokens([AddedToken(name, normalized=False) for name in names])
    tokenizer.save(str(folder / "tokenizer.json"))
    end = "<|endoftext|>"
    PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, eos_token=end, bos_token=end, unk_token=end
    ).save_pretrained(folder)
    ids = {name: tokenizer.token_to_id(name) for name in names}
    ids |= {word: vocabulary[word.replace(" ", "Ġ")] for word in words}
    return ids


def _complete(target: Path, ids: dict[str, int]) -> None:
    """Write what the converter does not find in a model saved by a recent transformers."""
    from transformers.models.whisper.tokenization_whisper import LANGUAGES

    path = target / "config.json"
    config = json.loads(path.read_text())
    config["lang_ids"] = [ids[f"<|{code}|>"] for code in LANGUAGES]
    config["alignment_heads"] = [[0, 0], [0, 1]]
    # Those of OpenAI's vocabulary lie behind the end of this one: CTranslate2 writes there
    # unchecked, and the process dies now and then.
    config["suppress_ids"] = []
    config["suppress_ids_begin"] = [ids["<|endoftext|>"]]
    path.write_text(json.dumps(config))


if __name__ == "__main__":
    build_tiny_whisper(Path(sys.argv[1]))
