"""From a query to an answer: the query's vector, the nearest photos, names, and where “found” ends."""
