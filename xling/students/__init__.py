"""Students: encoders of two languages that learn from a teacher of one, and matched sentences."""
