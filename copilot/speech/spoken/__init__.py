"""Spoken figures to their written form (inverse text normalisation), English and Finnish."""
