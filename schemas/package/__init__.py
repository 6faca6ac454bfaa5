"""What a release says of itself, made from the declarations of the dataset and the facts of its files."""
