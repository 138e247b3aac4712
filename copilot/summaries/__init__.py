"""A conversation in a few sentences, each resting on its messages."""
