"""What leaves for language models: let out only with a row that says what, where and for whom."""
