"""``backlit compact``: fold what was added into its base files."""

from __future__ import annotations

import typer

from backlit.cli import options as o


def command(context: typer.Context) -> None:
    """Rewrite the index in its tidiest form.

    It gets smaller and faster; rows and scores stay the same.

    \b
    Example:
      backlit --index my-index compact
    """
    from backlit.cli.output import write_text
    from backlit.cli.progress import progress_view, stages
    from backlit.questions.profile_format import plural
    from backlit.work.compact import compact

    said = o.said(context)
    settings = said.load_settings()
    with progress_view() as on_progress:
        manifest = compact(said.index, settings=settings, progress=stages(on_progress))
    size = sum(f.bytes for f in manifest.files)
    write_text(f"Generation {manifest.generation}: {plural(manifest.links, 'link')}, {size:,} bytes.", None)
