"""The vectors in Milvus: what every store of them can do, the way there from the catalogue, and a compact copy that answers."""
