"""Does this sentence follow from these sources: figures and citations."""
