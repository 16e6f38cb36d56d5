"""The photos in rows: view, model, painting, headings, stacks, order."""
