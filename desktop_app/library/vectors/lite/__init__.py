"""Milvus Lite: the store in shards, the process that it runs in, and what keeps its files whole."""
