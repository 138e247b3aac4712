"""Re-rankers for tests: one that is told what to say, and a real cross-encoder made by hand."""

import threading
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from copilot.search.reranker import Scores


class SharedWords:
    """Texts that share words with the query score higher. Counts what it is asked."""

    name = "shared-words"

    def __init__(self) -> None:
        self.passes: list[tuple[str, list[str]]] = []
        self.may_run = threading.Event()
        self.may_run.set()
        self.running = threading.Event()
        self.failure: BaseException | None = None
        self.odd: float | None = None
        self._one = threading.Lock()

    def scores(self, query: str, texts: Sequence[str]) -> Scores:
        assert self._one.acquire(blocking=False), "two passes at once"
        try:
            self.passes.append((query, list(texts)))
            self.running.set()
            assert self.may_run.wait(60)
            if self.failure is not None:
                raise self.failure
            words = set(query.lower().split())
            found = [len(words & set(text.lower().split())) / len(words) for text in texts]
            if self.odd is not None:
                found[0] = self.odd
            return np.array(found, dtype=np.float32)
        finally:
            self._one.release()


_SPECIAL = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")
_WORDS = "my kettle is broken how do i return a the bicycle shop opens at nine can be within days"


def save_word_matcher(folder: Path, *, outputs: int = 1) -> None:
    """Save a BERT cross-encoder that counts which part of the query's words the text has.

    Two layers, weights set by hand. Words are one-hot. In the first layer each word looks at its
    equals and takes over whether one of them stands in the text; in the second, [CLS] takes the
    mean of that over the words of the query.

    Args:
        folder: Where to.
        outputs: 1 for a logit, 2 for one per class; more are classes that mean nothing.
    """
    import torch
    from transformers import BertConfig, BertForSequenceClassification, BertTokenizerFast

    folder.mkdir(parents=True)
    words = [*_SPECIAL, *_WORDS.split()]
    (folder / "vocab.txt").write_text("\n".join(words), "utf-8")
    tokenizer = BertTokenizerFast(vocab=str(folder / "vocab.txt"))
    known, special = len(words), len(_SPECIAL)
    in_text, matched, answer = known, known + 1, known + 2
    model = BertForSequenceClassification(
        BertConfig(
            vocab_size=known,
            hidden_size=known + 4,
            num_hidden_layers=2,
            num_attention_heads=1,
            intermediate_size=4,
            max_position_embeddings=64,
            num_labels=outputs,
        )
    )
    with torch.no_grad():
        for weights in model.parameters():
            weights.zero_()
        for module in model.modules():
            if isinstance(module, torch.nn.LayerNorm):
                module.weight.fill_(1)
        embeddings = model.bert.embeddings
        embeddings.word_embeddings.weight[:, :known] = torch.eye(known)
        embeddings.token_type_embeddings.weight[1, in_text] = 0.2
        match, gather = (layer.attention for layer in model.bert.encoder.layer)
        match.self.query.weight[:known, :known] = 2 * torch.eye(known)
        match.self.query.weight[:special, :special] = 0
        match.self.key.weight[:known, :known] = torch.eye(known)
        match.self.value.weight[matched, in_text] = 1
        match.output.dense.weight[matched, matched] = 1
        # Away from the text's words and from special ones: only the query's are left.
        gather.self.query.bias[in_text] = -60
        gather.self.key.weight[in_text, in_text] = 1
        gather.self.key.weight[in_text, :special] = 1
        gather.self.value.weight[answer, matched] = 1
        gather.output.dense.weight[answer, answer] = 1
        model.bert.pooler.dense.weight[answer, answer] = 1
        model.classifier.weight[-1, answer] = 20
        model.classifier.bias[-1] = 5.5
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
