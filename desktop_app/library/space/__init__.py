"""What the library takes on the disk, and giving it back: by a person's wish, or after 30 days."""
