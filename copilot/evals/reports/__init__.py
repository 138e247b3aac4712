"""Reports on a run: for a terminal, a browser, a CI server."""
