"""Copilot: an agent-assist service for customer support."""

__version__ = "0.1.0"
