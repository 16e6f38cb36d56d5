"""The one way to change the index: list, compare, read, embed, write."""
