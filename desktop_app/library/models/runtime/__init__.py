"""Runs models without torch: a graph without weights, bound in memory to the weights' own file."""
