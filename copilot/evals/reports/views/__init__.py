"""How each task's inputs, expectations and outputs are shown to people."""
