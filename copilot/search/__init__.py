"""Embeddings and the vector index behind two ports."""
