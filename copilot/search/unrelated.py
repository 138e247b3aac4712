"""How alike a model finds texts that have nothing to do with each other."""

from collections.abc import Callable, Sequence

import numpy as np

from copilot.search.embedder import Vectors

_TEXTS = (
    "The kettle arrived with a broken lid and I would like a new one.",
    "Our football team trains on Tuesdays behind the old school.",
    "Please move my dentist's appointment to next week.",
    "Volcanoes in Iceland seldom harm anyone.",
    "How do I change the language of the invoice?",
    "She painted the boat green before the summer.",
    "The train to Tampere leaves from platform seven.",
    "Bake the bread for forty minutes at two hundred degrees.",
)


def unrelated_similarity(embed: Callable[[Sequence[str]], Vectors]) -> float:
    """The mean inner product of a few unrelated sentences, in English and so in a known language.

    About 0.05 for many models, 0.7 and more for some that use a narrow part of their space (the E5
    family): what is left above it is what a score says.

    Args:
        embed: Texts to unit-length vectors.
    """
    vectors = embed(_TEXTS)
    products = vectors @ vectors.T
    return max(0.0, float(np.mean(products[np.triu_indices(len(_TEXTS), 1)])))
