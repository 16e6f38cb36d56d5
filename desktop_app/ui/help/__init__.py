"""The window of help: the list of pages, one page, and looking for words in all of them."""
