"""The language of the search field: from text to parts, filters and problems."""
