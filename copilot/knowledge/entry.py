"""One article of a file, or why it is none."""

from typing import Any, NamedTuple

from pydantic import ValidationError

from copilot.kernel.text import storable
from copilot.knowledge.article import ArticleIn

DEFAULT_SOURCE = "files"
"""The source of articles whose file names none."""

_LONGEST_SOURCE, _LONGEST_ID = 64, 255


class Entry(NamedTuple):
    """One article, or why it cannot be read, or why it is left out on purpose.

    Attributes:
        place: Where in the file it stands, for a person.
        source: The system it comes from.
        external_id: What that system calls it.
        body: The article.
        fault: What is wrong with it; then there is no body.
        skipped: Why it is not to be imported, such as that it is a draft; then there is no body.
        share: How much of the whole input has been read with it, 0 to 1.
    """

    place: str
    source: str = DEFAULT_SOURCE
    external_id: str = ""
    body: ArticleIn | None = None
    fault: str | None = None
    skipped: str | None = None
    share: float = 0.0


def made(place: str, source: Any, external_id: Any, fields: dict[str, Any]) -> Entry:
    """The entry of these fields, or what is wrong with them; never raises, whatever they are."""
    if not (isinstance(source, str) and 1 <= len(source := storable(source)) <= _LONGEST_SOURCE):
        return Entry(place, fault="source must be a text of 1 to 64 characters")
    if not (
        isinstance(external_id, str)
        and 1 <= len(external_id := storable(external_id)) <= _LONGEST_ID
    ):
        return Entry(place, fault="external_id must be a text of 1 to 255 characters")
    try:
        return Entry(place, source, external_id, ArticleIn.model_validate(fields))
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        return Entry(place, source, external_id, fault=f"{where}: {first['msg']}"[:300])
    except RecursionError:
        return Entry(place, source, external_id, fault="nested too deep")
