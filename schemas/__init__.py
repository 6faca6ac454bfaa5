"""What the data is: official forms, labels, identities, tables and fields, each declared once as data."""
