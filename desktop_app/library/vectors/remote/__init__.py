"""A Milvus server: one collection on it, whose rows are whose, and waiting for one that is away."""
