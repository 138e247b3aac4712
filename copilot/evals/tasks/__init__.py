"""The tasks, one a file; ``catalog.py`` lists them."""
