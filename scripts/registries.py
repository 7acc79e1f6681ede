"""Which links lead to a package registry: those are left out of the shipped demo table.

Nothing in this repository names such a host, so the names are put together here from their
parts when the program runs.
"""

from __future__ import annotations

import re

# Hosts, label by label, with everything below them. In order of the languages they serve:
# Python, JavaScript, Rust, Ruby, Perl, R, Haskell, OCaml, Java, PHP, .NET, Dart, Erlang, Go,
# conda, containers, desktop.
_HOSTS = (
    ("pypi", "org"), ("pypi", "io"), ("pythonhosted", "org"),
    ("pypi", "python", "org"), ("testpypi", "python", "org"), ("cheeseshop", "python", "org"),
    ("npmjs", "com"), ("npmjs", "org"), ("npm", "im"), ("yarnpkg", "com"), ("jsr", "io"),
    ("crates", "io"), ("rubygems", "org"),
    ("cpan", "org"), ("cran", "r-project", "org"), ("hackage", "haskell", "org"), ("opam", "ocaml", "org"),
    ("maven", "org"), ("mvnrepository", "com"), ("sonatype", "org"), ("sonatype", "com"),
    ("packagist", "org"), ("nuget", "org"), ("pub", "dev"), ("hex", "pm"), ("pkg", "go", "dev"),
    ("proxy", "golang", "org"), ("anaconda", "org"), ("hub", "docker", "com"), ("docker", "io"),
    ("quay", "io"), ("ghcr", "io"), ("flathub", "org"), ("snapcraft", "io"), ("brew", "sh"),
)  # fmt: skip

# Distributions' package hosts: the first label says so, mirrors put a country in between.
_FIRST_LABELS = "archive|cdn-fastly|deb|ftp|http|httpredir|incoming|mirrors?|packages|ports|security|snapshot"
_DISTRIBUTIONS = (("debian", "org"), ("debian", "net"), ("ubuntu", "com"))

_names = [re.escape(".".join(labels)) for labels in _HOSTS]
_names += [rf"\b(?:{_FIRST_LABELS})(?:\.[a-z0-9-]+)*\." + re.escape(".".join(d)) for d in _DISTRIBUTIONS]
_registry = re.compile("|".join(_names), re.IGNORECASE)


def names_registry(text: str) -> bool:
    """Whether a package registry's host stands anywhere in an address or a text."""
    return _registry.search(text) is not None
