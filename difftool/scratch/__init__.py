"""Where scratch databases come from, and the sandbox in them."""
