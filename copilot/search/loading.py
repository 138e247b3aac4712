"""Loading sentence-transformers models: one at a time, and quietly.

While it loads one, transformers sets torch's default number type, which is the whole process's:
of two at once, the last to end can leave the other's behind. Their imports take seconds and must
not meet half-done either.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

_one_at_a_time = threading.Lock()


@contextmanager
def loading() -> Iterator[None]:
    """Import and load a model inside; waits, blocking, until no other is being loaded."""
    with _one_at_a_time:
        from transformers.utils import logging

        # A bar on standard error is the command line's to draw.
        logging.disable_progress_bar()  # type: ignore[no-untyped-call]
        yield
