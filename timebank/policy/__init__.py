"""City rules as data, and the pure rules that read them."""
