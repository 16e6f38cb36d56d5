"""The page around the grid: heading, fold, the tools for groups and strictness."""
