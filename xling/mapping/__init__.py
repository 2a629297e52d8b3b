"""Maps between spaces, with the normalisation that belongs to them."""
