"""The copilot command."""
