"""Mends files whose picture is there but whose bytes a decoder refuses: one file for each format."""
