"""Who may see a message, article or passage: everyone, or only people of the tenant."""

from typing import Literal

Visibility = Literal["public", "internal"]
