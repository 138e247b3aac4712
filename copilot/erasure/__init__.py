"""Erasing a customer everywhere."""
