"""A trained link between two languages, as an object and as a folder."""
