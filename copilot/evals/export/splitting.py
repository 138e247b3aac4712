"""Names and places of cases that stay the same however much is exported later."""

import hashlib
from typing import Literal

Split = Literal["train", "held_back"]
SPLITS: tuple[Split, ...] = ("train", "held_back")
_TRAIN_PERCENT = 70


def public_id(internal: str) -> str:
    """An id for outside: the first 16 hex digits of SHA-256.

    Our ids hold 80 random bits, so that nobody can find the id by trying.
    """
    return _hash(internal)[:16]


def split_of(conversation_id: str) -> Split:
    """Where all cases of a conversation belong: about 70 of 100 into ``train``.

    By conversation, not by case: two drafts for one conversation have most of their text in
    common, and what is held back must not stand in ``train``.
    """
    return "train" if int(_hash(conversation_id), 16) % 100 < _TRAIN_PERCENT else "held_back"


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
