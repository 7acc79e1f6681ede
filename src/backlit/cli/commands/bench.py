"""``backlit bench``: what scores are held to."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from backlit.cli import options as o


class Tables(StrEnum):
    """Forms of the tables of a world."""

    csv = "csv"
    parquet = "parquet"


app = typer.Typer(
    help="Try measures out: attacks on a graph, and generated webs whose links are known for good or bad.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

_SHOWN = (
    "shape",
    "farm_sites",
    "stolen_links",
    "target_percentile",
    "uniform_before",
    "uniform_after",
    "harmonic_before",
    "harmonic_after",
    "authority_before",
    "authority_after",
    "plain_cut_after",
    "core_after",
    "entered_from_afar",
)


@app.callback()
def _group() -> None:
    """A group of its own."""


@app.command("attacks")
def attacks(
    context: typer.Context,
    edges: Annotated[
        Path | None,
        typer.Option(
            "--edges",
            metavar="FILE",
            help="Graph to attack: two numbers a line, or a table of names.",
            show_default="a generated web",
        ),
    ] = None,
    farm: Annotated[
        str, typer.Option("--farm", metavar="K,K,…", help="Sizes of the farms.")
    ] = "10,100,1000,10000",
    stolen: Annotated[str, typer.Option("--stolen", metavar="N,N,…", help="Stolen links of each.")] = "0,5",
    percentile: Annotated[
        str, typer.Option("--percentile", metavar="P,P,…", help="Where the targets stand by uniform rank.")
    ] = "50,90,99",
    format_: o.FormatOption = None,
    out: o.OutOption = None,
) -> None:
    """Attack a graph with link farms and show what each measure would sell them.

    \b
    Example:
      backlit bench attacks --edges web.tsv.gz --farm 100,10000 --format csv
    """
    from backlit.cli.formats import Format
    from backlit.cli.output import choose_format, write_result
    from backlit.cli.progress import progress_view, stages
    from backlit.worlds.bench import attack_bench

    chosen = choose_format(format_, out)
    with progress_view() as on_progress:
        show = stages(on_progress)
        result = attack_bench(
            edges,
            sizes=o.numbers(farm, "--farm"),
            stolen=o.numbers(stolen, "--stolen"),
            percentiles=o.numbers(percentile, "--percentile"),
            settings=o.said(context).load_settings(),
            progress=lambda done, whole: show("attacks", done, whole),
        )
    write_result(result, chosen, out, _SHOWN if chosen is Format.table else ())


@app.command("world")
def world(
    out: Annotated[
        Path,
        typer.Option(
            "--out", metavar="DIR", help="Folder for the tables; files of the same names are replaced."
        ),
    ],
    seed: Annotated[int, typer.Option("--seed", min=0, help="Which world.")] = 1,
    sites: Annotated[int, typer.Option("--sites", min=200, help="How many sites, roughly.")] = 5800,
    tables: Annotated[Tables, typer.Option("--tables", help="How the tables are written.")] = Tables.csv,
    warc: Annotated[
        bool, typer.Option("--warc", help="Write the pages as HTML in a WARC file, too.")
    ] = False,
    format_: o.FormatOption = None,
) -> None:
    """Write a generated web with link schemes and honest look-alikes, and the truth about each link.

    The folder gets links, pages, hosts and trusted.txt, which can be added to an index, and truth.csv, which
    is for evaluation alone. The same seed gives the same files.

    \b
    Example:
      backlit bench world --seed 7 --out world-7
      backlit --index judged add world-7/links.csv world-7/pages.csv world-7/hosts.csv world-7/trusted.txt
    """
    from backlit.cli.output import choose_format, write_result
    from backlit.worlds.bench import world_bench

    result = world_bench(out, seed, sites=sites, form=tables.value, archive=warc)
    write_result(result, choose_format(format_, None), None)


#: The commands of the group, by name.
COMMANDS = {"attacks": attacks, "world": world}
