"""Conversations and messages from every channel."""
