"""From the vectors of one embedding model to those of another, without embedding again."""
