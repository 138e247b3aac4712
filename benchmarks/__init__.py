"""Benchmarks: run by hand, printing ratios against a baseline of the same run."""
