"""Words of support talk that mean the same; see :mod:`copilot.grounding.concepts`."""

from copilot.grounding.concepts import meaning_keys

__all__ = ["meaning_keys"]
