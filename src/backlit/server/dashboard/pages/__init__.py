"""The pages, a file each; ``registry`` finds them."""
