"""Audio to timed, speaker-labelled text."""
