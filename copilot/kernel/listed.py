"""Word lists as they are nicest to read: one string, words apart."""


def listed(words: str) -> tuple[str, ...]:
    """The words of ``words``, which white space parts."""
    return tuple(words.split())
