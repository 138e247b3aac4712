"""Language models behind one port, prompts, and what happens when a model is down."""
