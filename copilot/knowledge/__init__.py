"""Articles, passages, and keeping the index equal to the database."""
