"""Customers, their addresses as one identity, and their orders."""
