"""The models that turn photos and words into vectors: which there are, how one is fetched, imported and switched to."""
