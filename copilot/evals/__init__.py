"""Offline evaluation: suites of cases, run through the service's own functions and scored."""
