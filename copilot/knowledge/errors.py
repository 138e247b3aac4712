"""What can go wrong with articles, told to callers."""

from copilot.kernel.errors import InvalidInputError, NotFoundError


class ArticleNotFoundError(NotFoundError):
    """No article has this address here."""

    code = "article_not_found"
    title = "There is no such article"


class UnreadableArticlesError(InvalidInputError):
    """A file that should hold articles holds none that can be read."""

    code = "file_unreadable"
    title = "The file cannot be read"


class ArticleImportNotFoundError(NotFoundError):
    """No import of articles has this id here."""

    code = "import_not_found"
    title = "There is no such import"
