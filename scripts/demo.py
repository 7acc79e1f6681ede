"""The whole road on real pages: get documentation packages, index, profile, report.

Takes a dozen of Debian's free documentation packages through apt (as an ordinary user, nothing
is installed) and works from their HTML pages. Where that cannot be done it says so and uses the
table of link facts that ships with backlit.

    python scripts/demo.py --out demo-out
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from fetch_docs import Docs, fetch_all, load_packages, tools_missing

if TYPE_CHECKING:
    from backlit.work.add import Event
    from backlit.work.demo import DemoResult

WANTED = 12
ENOUGH = 3
FETCH_SECONDS = 45.0


def get_docs(out: Path) -> list[Docs]:
    """The packages to walk; empty, with the reason said, when they are not to be had."""
    missing_tools = tools_missing()
    if missing_tools:
        print(f"There is no {' and no '.join(missing_tools)} here, so no documentation package can be had.")
        return []
    cache = out / "packages"
    print(f"Getting {WANTED} documentation packages of Debian (kept in {cache}) …", flush=True)
    began = time.monotonic()
    walk = [package for package in load_packages() if package.walk]
    found, missing = fetch_all(walk, cache, wanted=WANTED, seconds=FETCH_SECONDS)
    if len(found) < ENOUGH:
        why = next(iter(missing.values()), "nothing to get")
        print(f"Only {len(found)} of them can be had ({why}).")
        print("If this is Debian, `apt-get update` as root may be what is missing; or there is no network.")
        return []
    print(f"{len(found)} packages are here, after {time.monotonic() - began:.1f} s.")
    for name, why in missing.items():
        print(f"  without {name}: {why}")
    return found


def walk(out: Path, found: list[Docs]) -> DemoResult:
    """Index the packages' pages (or the shipped table), and say what each one gave."""
    from backlit.work.demo import DocsFolder, run_demo

    folders = [DocsFolder(docs.package.name, docs.folder, docs.base_url) for docs in found]
    names = {str(docs.folder): docs for docs in found}

    def tell(event: Event) -> None:
        docs = names.get(event.file)
        if docs is not None and event.state == "read":
            counts = f"{event.pages:5,} pages {event.links:6,} links"
            print(f"  {docs.package.name:24} {counts}   {docs.base_url}", flush=True)

    return run_demo(out, docs=folders or None, on_progress=tell)


def show(result: DemoResult) -> None:
    """Both profiles, the figures of the run, and what to try next."""
    from rich.console import Console

    from backlit.cli.render_profile import render
    from backlit.work.demo import LEFT_OUT

    console = Console(highlight=False, emoji=False)
    for profile in result.profiles:
        print()
        render(profile, console)
    print()
    for problem in result.problems:
        print(f"Not read: {problem}")
    if result.from_pages:
        print(f"Read {result.pages:,} HTML pages and found {result.links:,} links to other sites.")
    else:
        print(f"Read {result.links:,} links from the table that ships with backlit. {LEFT_OUT}")
    for profile in result.profiles:
        links, domains = profile.totals.links, profile.totals.referring_domains
        print(f"  {profile.meta.label}: {links:,} links from {domains:,} referring domains")
    print(f"Index, profiles and reports took {result.seconds:.1f} s.")
    for report in result.reports:
        print(f"Report: {report}")
    print("Go on with:")
    for command in ("links python.org --limit 20", "domains python.org", "anchors wikipedia.org"):
        print(f"  .venv/bin/backlit --index {result.index} {command}")


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--out", type=Path, default=Path("demo-out"), help="folder for all that is made")
    parser.add_argument("--table", action="store_true", help="use the shipped table, fetch nothing")
    args = parser.parse_args()
    from backlit.errors import BacklitError

    try:
        args.out.mkdir(parents=True, exist_ok=True)
        found = [] if args.table else get_docs(args.out)
        if not found:
            print("Using the table of link facts that ships with backlit instead of pages.")
        show(walk(args.out, found))
    except (BacklitError, OSError) as exc:
        print(f"The demo stopped: {exc}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("Stopped. Run the same again: packages that are here are not fetched anew.", file=sys.stderr)
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
