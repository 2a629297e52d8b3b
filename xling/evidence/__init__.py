"""What speaks for a translation: one channel a file, one ranker."""
