"""What is in a file: its picture or moments, its metadata, and what makes it the same picture as another."""
