"""Comparisons of recipes, from training to a report."""
