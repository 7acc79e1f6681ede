"""The people of a generated web: words, names, hosts, sites, pages and the links that nobody was paid for."""
