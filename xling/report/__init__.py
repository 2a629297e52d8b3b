"""Pages that a person can look at: one file each, which loads nothing."""
