"""Nearest rows of a space, by a criterion."""
