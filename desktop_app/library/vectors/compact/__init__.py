"""A compact copy of a model's vectors that finds the nearest of millions without Milvus."""
