"""Finding personal data in text and standing placeholders in for it."""
