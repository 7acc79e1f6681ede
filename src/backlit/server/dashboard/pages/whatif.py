"""What if: domains that would link, or would no longer, and what that brings or costs."""

from __future__ import annotations

from typing import Any

from markupsafe import Markup
from starlette.responses import Response

from backlit.errors import BacklitError, IndexNotFound, InputError
from backlit.server.dashboard import jobview, scale
from backlit.server.dashboard.forms import Form
from backlit.server.dashboard.page import Page
from backlit.server.dashboard.site import back
from backlit.server.dashboard.strings import text
from backlit.server.dashboard.view import Elsewhere, View

#: Names in one form; a graph would take more, an address would not.
_MOST = 200


def _names(view: View, name: str, *also: str) -> list[str]:
    """The domains that were given, each once, parted by commas, blanks or lines."""
    found = [one for given in (name, *also) for text_ in view.several(given) for one in text_.split()]
    return list(dict.fromkeys(found))


def _asked(view: View) -> tuple[list[str], list[str]]:
    """The domains to gain and to lose. Raises ``Elsewhere`` where they are not joined by commas."""
    gain, lose = _names(view, "gain", "key"), _names(view, "lose")
    if (
        ",".join(gain) != (view.one("gain") or "")
        or ",".join(lose) != (view.one("lose") or "")
        or view.given.get("key")
    ):
        raise Elsewhere(
            view.here(gain=",".join(gain) or None, lose=",".join(lose) or None, key=None, job=None)
        )
    if len(gain) + len(lose) > _MOST:
        raise InputError(
            f"{len(gain) + len(lose)} domains are too many for one what-if here: name at most {_MOST}."
        )
    return gain, lose


def show(view: View) -> dict[str, Any]:
    """The form, and the interval where domains were given."""
    from backlit.questions.whatif import ranked_releases, whatif

    about: dict[str, Any] = {
        "releases": ranked_releases(view.serving.path), "gain": [], "lose": [], "report": None, "problem": None,
        "job": None, "live": False,
    }  # fmt: skip
    if not about["releases"]:
        return about
    try:
        about["gain"], about["lose"] = gain, lose = _asked(view)
        if not gain and not lose:
            return about
        report = whatif(
            view.serving.path,
            view.target.domain,
            gain=gain,
            lose=lose,
            release=view.one("release"),
            settings=view.settings,
        )
    except Elsewhere:
        raise
    except BacklitError as error:
        return about | {"problem": str(error), "status": 400}
    job = _job(view, gain, lose)
    exact = None
    if job is not None and job["job"].state == "done":
        exact = (job["job"].result or {}).get("authority_exact")
    standing = scale.Standing(report.authority_now, report.authority_low, report.authority_high, exact)
    stretch = scale.close_up(standing)
    told = str(_sentence(standing))
    return about | {
        "report": report,
        "exact": exact,
        "between": _range(f"{report.authority_low:.2f}", f"{report.authority_high:.2f}"),
        "change": _range(
            _signed(report.authority_low - report.authority_now),
            _signed(report.authority_high - report.authority_now),
        ),
        "job": job,
        "live": job is not None and not job["job"].ended,
        "stretch": stretch,
        "drawn": Markup(
            scale.picture(
                standing, view.settings.bands, scale.WHOLE, "whole", str(text("whatif.scale")), told
            )
        ),
        "ticks": scale.WHOLE.ticks,
        "near": None
        if stretch is None
        else Markup(
            scale.picture(standing, view.settings.bands, stretch, "near", str(text("whatif.near")), told)
        ),
    }


def _range(low: str, high: str) -> str:
    return low if low == high else str(text("whatif.between", low=low, high=high))


def _signed(value: float) -> str:
    """A change with its sign; nothing has none."""
    told = f"{value:+.2f}".replace("-", "\u2212")
    return told[1:] if told[1:] == "0.00" else told


def _sentence(standing: scale.Standing) -> Markup:
    values = {name: f"{getattr(standing, name):.2f}" for name in ("now", "low", "high")}
    if standing.exact is None:
        return text("whatif.told", **values)
    return text("whatif.told_exact", **values, exact=f"{standing.exact:.2f}")


def _job(view: View, gain: list[str], lose: list[str]) -> dict[str, Any] | None:
    """The job that solves for the exact value, if the address names one that is about the same."""
    name = view.one("job")
    job = jobview.jobs_of(view).get(name) if name else None
    if job is None or job.kind != "whatif":
        return None
    asked = job.parameters
    same = (asked.get("target"), asked.get("gain", []), asked.get("lose", []), asked.get("release"))
    return jobview.seen(view, job) if same == (view.target.domain, gain, lose, view.one("release")) else None


def act(view: View, form: Form) -> Response:
    """Make the job that solves for the exact value."""
    given = {
        "target": view.target.domain, "gain": _names(view, "gain"), "lose": _names(view, "lose"),
        "release": view.one("release"),
    }  # fmt: skip
    try:
        job = jobview.jobs_of(view).post("whatif", given)
    except (jobview.TooMany, jobview.NotNow) as error:
        return jobview.refused(view, error)
    except IndexNotFound as error:
        raise InputError(str(error)) from error
    return back(view.here(job=job.id))


PAGE = Page(
    name="whatif", path="/whatif", group="chances", order=40, show=show, act=act, writes=False,
    example="?target=shop.com&gain=a.com",
)  # fmt: skip
