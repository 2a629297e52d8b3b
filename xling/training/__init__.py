"""From sentence pairs to two spaces and their link: one recipe a file."""
