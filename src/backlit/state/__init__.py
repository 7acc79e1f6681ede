"""What the user decided and did, kept beside the index: reviews of links, requests that were sent.

It lies in ``state.sqlite`` in the index directory, outside the generations and outside the writer
lock, so that a decision is never refused because an import runs.
"""
