"""One reader per kind of input; all return the same `transforms.document.Document`."""
