"""Is the service alive, is it ready, what is it doing."""
