"""The chosen folders in the window: panel, what is left out, what failed, how far indexing is."""
