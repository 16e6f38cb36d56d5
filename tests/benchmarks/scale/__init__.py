"""A library of any size made without photos, and the table of what its size costs."""
