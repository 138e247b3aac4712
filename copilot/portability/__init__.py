"""Handing a customer everything that is kept of them."""
