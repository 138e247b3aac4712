"""Recordings to transcript, conversation and call notes."""
