"""How many, how even, how concentrated: the arithmetic of diversity.

All functions take counts (of links by domain, by language, ...) and ignore zeros. They give
``None`` when there is nothing to count, because no links are not "perfectly even" links.

* **Effective number** ``exp(H)`` with ``H = -Σ p ln p`` (Shannon's entropy in nats; Hill
  number of order 1): as many equally large groups would be as diverse. Four languages of
  which one holds 97 % of the links count as about 1.2.
* **Gini** ``G = Σ_i (2i - n - 1) x_i / (n Σ x)`` over the counts in rising order: 0 when all
  are equal, towards 1 when one holds all.
* **Top share** the part of the total the ``k`` largest hold.

``*_of_sizes`` take a histogram ``{size: how many groups of it}`` instead, which is short
however many groups there are.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping


def effective_number(counts: Iterable[int]) -> float | None:
    """``exp`` of the entropy of ``counts``; ``None`` without any."""
    return effective_of_sizes(Counter(counts))


def gini(counts: Iterable[int]) -> float | None:
    """Gini coefficient of ``counts``; ``None`` without any."""
    return gini_of_sizes(Counter(counts))


def top_share(counts: Iterable[int], k: int) -> float | None:
    """Share of the total that the ``k`` largest counts hold; ``None`` without any."""
    return top_share_of_sizes(Counter(counts), k)


def effective_of_sizes(sizes: Mapping[int, int]) -> float | None:
    """``effective_number`` from a histogram of sizes."""
    total = sum(size * groups for size, groups in sizes.items() if size > 0)
    if not total:
        return None
    weighted = math.fsum(size * math.log(size) * groups for size, groups in sizes.items() if size > 0)
    return math.exp(math.log(total) - weighted / total)


def gini_of_sizes(sizes: Mapping[int, int]) -> float | None:
    """``gini`` from a histogram of sizes."""
    positive = sorted((size, groups) for size, groups in sizes.items() if size > 0 and groups > 0)
    number = sum(groups for _, groups in positive)
    total = sum(size * groups for size, groups in positive)
    if not total:
        return None
    below = 0
    weighted = 0
    for size, groups in positive:
        # Σ (2i - n - 1) for i = below+1 .. below+groups
        weighted += size * groups * (2 * below + groups - number)
        below += groups
    return weighted / (number * total)


def top_share_of_sizes(sizes: Mapping[int, int], k: int) -> float | None:
    """``top_share`` from a histogram of sizes."""
    total = sum(size * groups for size, groups in sizes.items() if size > 0)
    if not total:
        return None
    held = 0
    for size in sorted((size for size in sizes if size > 0), reverse=True):
        taken = min(k, sizes[size])
        held += size * taken
        k -= taken
        if not k:
            break
    return held / total


def fewest_for_share(sizes: Mapping[int, int], share: float) -> int | None:
    """How many of the largest groups are needed to hold ``share`` of the total."""
    total = sum(size * groups for size, groups in sizes.items() if size > 0)
    if not total:
        return None
    wanted = share * total
    held = 0
    needed = 0
    for size in sorted((size for size in sizes if size > 0), reverse=True):
        groups = sizes[size]
        enough = math.ceil((wanted - held) / size - 1e-9)
        if enough <= groups:
            return needed + max(enough, 0)
        held += size * groups
        needed += groups
    return needed
