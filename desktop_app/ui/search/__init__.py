"""The search field: bar, chips, filters, help, saved searches."""
