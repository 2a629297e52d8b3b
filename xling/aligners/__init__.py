"""Ways to link two existing spaces: one method a file."""
