"""Encoders that others trained: transformers checkpoints and sentence-transformers models."""
