"""Chosen folders and the drives they lie on: which are there, which moved, which are away."""
