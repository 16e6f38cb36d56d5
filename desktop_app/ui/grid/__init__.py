"""The grid of photos: model, view, delegate, headings, stacks, order."""
