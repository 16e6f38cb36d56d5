"""Which drives the computer has, and how each is told apart."""
