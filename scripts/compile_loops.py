"""Compile the loops of backlit, so that the first long WAT does not wait for it.

numba keeps what it compiled; a second run has nothing to do. Says nothing but what went wrong, and
that is no failure: what is not compiled now is compiled when it is first needed.
"""

from __future__ import annotations

import sys

RECORD = (
    b'{"Envelope":{"Payload-Metadata":{"HTTP-Response-Metadata":{"Response-Message":{"Status":"200"},'
    b'"HTML-Metadata":{"Links":[{"path":"A@/href","url":"https://www.example.org/","text":"words"}]}}},'
    b'"WARC-Header-Metadata":{"WARC-Type":"response","WARC-Target-URI":"https://example.com/"}}}'
)


def main() -> None:
    from backlit.extract.wat import extract_wat
    from backlit.extract.watscan import Scanner

    extract_wat(RECORD, scanner=Scanner())


if __name__ == "__main__":
    try:
        main()
    except Exception as exc:
        sys.stderr.write(f"The compiled loops were not made ready: {type(exc).__name__}: {exc}\n")
