"""What customers thought of the help they got: scores and comments."""
