"""Domain objects: text, vocabularies, spaces, lexicons, corpora, and their file formats."""
