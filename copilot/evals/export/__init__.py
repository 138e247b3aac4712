"""Cases from life: reviews, corrected transcripts and feedback as datasets."""
