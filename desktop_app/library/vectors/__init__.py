"""The vectors in Milvus: the store, the process it runs in, the way there from the catalogue, and a copy in memory."""
