"""One job, in a process of its own: so it can be stopped, and its memory goes back when it ends.

Started by ``jobs.Jobs`` as ``python -m backlit.server.api.jobrun``. The order comes as one line of JSON on standard
input, which stays open as long as the server lives: at its end the job stops like after Ctrl-C. On standard output
goes one JSON object a line: ``{"stage", "done", "total", "unit"}`` as it gets on, and at last ``{"end": …}``.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec

from backlit.errors import BacklitError, InputError, Interrupted
from backlit.server.api.answers import WRITERS, write_parquet
from backlit.settings import Settings
from backlit.work.priority import give_way

#: Progress is told at most so often, in seconds; a new stage at once.
_OFTEN = 0.2
#: Whoever is told to stop and does not is ended after so many seconds.
_PATIENCE = 20.0
Tell = Callable[..., None]


def main() -> None:
    """Read the order, do it, say what came of it."""
    give_way()
    order = json.loads(sys.stdin.readline())
    settings = msgspec.json.decode(order["settings"].encode(), type=Settings)
    out = os.fdopen(os.dup(1), "w", encoding="utf-8", buffering=1)
    os.dup2(2, 1)  # what a library prints must not come between
    threading.Thread(target=_watch, name="watch", daemon=True).start()
    try:
        end = {"state": "done", **KINDS[order["kind"]](order, settings, _teller(out))}
    except (KeyboardInterrupt, Interrupted) as stopped:
        said = str(stopped) if isinstance(stopped, Interrupted) else "Stopped; the index is as it was."
        end = {"state": "cancelled", "detail": said}
    except BacklitError as error:
        end = {"state": "failed", "detail": str(error)}
    except BaseException as error:
        import traceback

        traceback.print_exc()
        end = {
            "state": "failed",
            "detail": f"The job failed by a fault of ours ({type(error).__name__}: {error}). Please report it.",
        }
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    out.write(json.dumps({"end": end}) + "\n")
    out.flush()
    os._exit(0)  # threads of a library may not keep the process


def _watch() -> None:
    """Stop when the server is gone."""
    with contextlib.suppress(OSError, ValueError):
        while sys.stdin.readline():
            pass
    os.kill(os.getpid(), signal.SIGINT)
    time.sleep(_PATIENCE)
    os._exit(130)


def _teller(out: Any) -> Tell:
    last: list[Any] = [0.0, None]

    def tell(stage: str, done: int = 0, total: int | None = None, unit: str | None = None) -> None:
        now = time.monotonic()
        if stage == last[1] and now - last[0] < _OFTEN:
            return
        last[:] = [now, stage]
        with contextlib.suppress(OSError, ValueError):
            out.write(json.dumps({"stage": stage, "done": done, "total": total, "unit": unit}) + "\n")

    return tell


def _audit(order: dict[str, Any], settings: Settings, tell: Tell) -> dict[str, Any]:
    from backlit.questions.audit import audit
    from backlit.questions.opened import OpenIndex
    from backlit.questions.result import Result

    asked = order["parameters"]
    format_, folder = asked["format"], Path(order["folder"])
    columns = asked.get("columns") or None
    with OpenIndex.open(order["index"]) as index:
        links = index.manifest.links
        found = audit(
            index, None, asked.get("where"), columns=columns, settings=settings, progress=lambda s: tell(s)
        )
        rows = 0

        def counted() -> Any:
            nonlocal rows
            for batch in found.batches():
                rows += batch.num_rows
                # Of links that are lost or not judged there is no row: the end may come before the total.
                tell("writing", rows, links, "links")
                yield batch

        result = Result(counted, found.provenance, schema=found.schema, notes=found.notes)
        folder.mkdir(parents=True, exist_ok=True)
        part, whole = folder / f"{order['id']}.part", folder / f"{order['id']}.{format_}"
        try:
            with open(part, "wb") as sink:
                if format_ == "parquet":
                    write_parquet(result, result.columns, sink)
                else:
                    for piece in WRITERS[format_](result, result.columns):
                        sink.write(piece)
                sink.flush()
                os.fsync(sink.fileno())
            part.replace(whole)
        except OSError as exc:
            raise InputError(f"The file of the job cannot be written: {exc.strerror}.") from exc
        finally:
            part.unlink(missing_ok=True)
        result_of = {
            "rows": rows,
            "bytes": whole.stat().st_size,
            "format": format_,
            "generation": found.generation,
            "data_date": found.data_date,
        }
        return {"result": result_of, "file": whole.name}


def _import(order: dict[str, Any], settings: Settings, tell: Tell) -> dict[str, Any]:
    from backlit.work.add import Event, add

    def on_progress(event: Event) -> None:
        if event.state == "merging":
            tell(f"merging: {event.kind}", event.bytes_done, event.bytes_total, "steps")
        elif event.state in ("reading", "read"):
            tell("reading", event.bytes_done, event.bytes_total, "bytes")

    asked = order["parameters"]
    summary = add(
        order["index"],
        [Path(order["input"])],
        as_=asked.get("read_as"),
        snapshot=asked.get("snapshot"),
        workers=1,
        settings=settings,
        on_progress=on_progress,
    )
    [one] = summary.inputs
    told = msgspec.to_builtins(summary)
    told["inputs"][0] |= {"file": asked["path"], "problems": told["inputs"][0]["problems"][:20]}
    if one.state == "failed":
        return {"state": "failed", "detail": one.error or "The input could not be read.", "result": told}
    said = f"{asked['path']} is in the index already." if one.state == "skipped" else None
    return {"result": told, "detail": said}


def _rank(order: dict[str, Any], settings: Settings, tell: Tell) -> dict[str, Any]:
    from backlit.work.web_rank import web_rank

    summary = web_rank(
        order["index"],
        order["parameters"].get("release"),
        settings=settings,
        on_step=lambda step: tell(step.name),
    )
    return {"result": msgspec.to_builtins(summary)}


def _compact(order: dict[str, Any], settings: Settings, tell: Tell) -> dict[str, Any]:
    from backlit.work.compact import compact

    manifest = compact(
        order["index"],
        settings=settings,
        progress=lambda stage, done, total: tell(stage, done, total, "steps"),
    )
    size = sum(f.bytes for f in manifest.files)
    return {"result": {"generation": manifest.generation, "links": manifest.links, "bytes": size}}


def _check(order: dict[str, Any], _settings: Settings, tell: Tell) -> dict[str, Any]:
    from backlit.index import Index

    tell("reading every file")
    index = Index.open(order["index"])
    wrong = index.check()
    return {"result": {"sound": not wrong, "wrong": wrong, "generation": index.manifest.generation}}


def _whatif(order: dict[str, Any], settings: Settings, tell: Tell) -> dict[str, Any]:
    from backlit.questions.whatif import whatif

    asked = order["parameters"]
    tell("solving the changed graph")
    found = whatif(
        order["index"],
        asked["target"],
        gain=asked.get("gain", ()),
        lose=asked.get("lose", ()),
        exact=True,
        release=asked.get("release"),
        settings=settings,
    )
    return {"result": msgspec.to_builtins(found)}


KINDS: dict[str, Callable[[dict[str, Any], Settings, Tell], dict[str, Any]]] = {
    "audit": _audit,
    "import": _import,
    "rank": _rank,
    "compact": _compact,
    "check": _check,
    "whatif": _whatif,
}

if __name__ == "__main__":
    main()
