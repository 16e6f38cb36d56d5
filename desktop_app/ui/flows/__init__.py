"""What the window does: one file for each thing that a person does with it."""
