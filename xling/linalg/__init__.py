"""Pure functions on arrays: the closed forms that the rest is built from."""
