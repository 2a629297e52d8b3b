"""From one language's sentences to vectors: one encoder a file."""
