"""The clauses of the link-spam policy that signals speak to, and the policies beside it."""

from __future__ import annotations

#: The clauses of the link-spam policy in short (L1-L11), and its neighbours.
CLAUSES = {
    "L1": "buying or selling links",
    "L2": "excessive link exchange",
    "L3": "programs or services that create links",
    "L4": "links required by terms",
    "L5": "advertisements that pass credit",
    "L6": "advertorials, guest posts and releases with keyword anchors",
    "L7": "low-quality directories and bookmarks",
    "L8": "keyword-rich, hidden or low-quality links in widgets",
    "L9": "links spread in footers and templates",
    "L10": "forum comments with keyword links",
    "L11": "low-value pages made to link",
    "hidden": "hidden text and links",
    "expired": "expired-domain abuse",
    "scaled": "scaled content abuse",
    "hacked": "hacked content",
    "reputation": "site reputation abuse",
}
