"""What sentence pairs are counted into: co-occurrence, association, translation tables."""
