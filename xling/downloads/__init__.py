"""Data sets of the field: where they lie, under which licence, and how they are fetched."""
