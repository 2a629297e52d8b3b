"""Bilingual lexicon induction, judged."""
