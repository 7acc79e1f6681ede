"""The first run: the ways to an index, where there is none yet."""

from __future__ import annotations

from typing import Any

from starlette.responses import Response

from backlit.errors import BacklitError, InputError
from backlit.server.api.jobs import DEMO, Jobs
from backlit.server.browsers import UPLOAD
from backlit.server.dashboard.forms import Form
from backlit.server.dashboard.page import Page
from backlit.server.dashboard.site import back
from backlit.server.dashboard.view import View


def show(view: View) -> dict[str, Any]:
    """The ways in: the demo, a file, a folder, the command line; and whether something is on its way already."""
    _, fault = view.serving.state()
    running = _running(_jobs(view))
    return {
        "empty": type(fault).__name__ == "IndexNotFound",
        "fault": fault,
        "running": running,
        "refresh": 3 if running else None,
        "upload": UPLOAD,
        "most": view.config.rules.max_upload_bytes,
        "import_from": view.config.import_from,
    }


def act(view: View, form: Form) -> Response:
    """Begin the import of the demo."""
    jobs = _jobs(view)
    if jobs is None or form.one("do") != "demo":
        raise InputError("The form does not say what to do: send it from its page.")
    # The jobs are kept with the index, whose folder may not be there yet.
    view.config.index.mkdir(parents=True, exist_ok=True)
    return back(view.url("jobs", job=jobs.post("import", {"path": DEMO}).id))


def _jobs(view: View) -> Jobs | None:
    found: Jobs | None = getattr(view.request.app.state, "jobs", None)
    return found


def _running(jobs: Jobs | None) -> bool:
    try:
        return jobs is not None and any(not job.ended for job in jobs.all())
    except BacklitError:
        return False  # there is no index yet that jobs could be kept with


PAGE = Page(
    name="first", path="/first", group="index", order=5, show=show, needs="nothing", nav=False, act=act
)
