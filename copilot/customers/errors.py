"""What can go wrong with customers and orders, told to callers."""

from copilot.kernel.errors import NotFoundError


class CustomerNotFoundError(NotFoundError):
    """No customer has this id here."""

    code = "customer_not_found"
    title = "There is no such customer"

    def __init__(self, customer_id: str) -> None:
        super().__init__(f"No customer has the id {customer_id!r}.")
