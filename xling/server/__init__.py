"""The look-up server: an HTTP interface and a page, on models that were saved."""
