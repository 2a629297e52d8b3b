"""Two sentence encoders that others trained, linked by maps into one space."""
