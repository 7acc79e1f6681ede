"""What is sent to the API in a body: one model a route, each field with its meaning and an example."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

_Name = Annotated[str, Field(min_length=1, max_length=4096)]
_Names = Annotated[list[_Name], Field(max_length=10_000)]
_FILE = "# bought in 2023\ndomain:spam.test\n"


class Body(BaseModel):
    """What all bodies share: a field that is not known is a slip, and is told."""

    model_config = ConfigDict(extra="forbid", str_max_length=8_388_608)


class Check(Body):
    """A disavow file to check."""

    text: str = Field(description="The text of the file.", examples=[_FILE])
    own: _Names = Field([], description="Your own domains, never to be listed.", examples=[["example.com"]])


class Merge(Body):
    """Disavow files to merge."""

    texts: Annotated[list[str], Field(min_length=2, max_length=100)] = Field(
        description="The texts of the files, two or more.", examples=[[_FILE, "domain:other.test\n"]]
    )
    own: _Names = Field([], description="Your own domains, never to be listed.", examples=[["example.com"]])


class Diff(Body):
    """Two disavow files to compare."""

    before: str = Field(description="The text of the earlier file.", examples=["domain:other.test\n"])
    after: str = Field(description="The text of the later file.", examples=[_FILE])


class Simulate(Body):
    """A disavow file whose cost is asked."""

    target: _Name = Field(description="Whose links it is about.", examples=["example.com"])
    kind: Literal["domain", "host", "prefix", "url"] | None = Field(
        None, description="Read the target as this kind; else its text tells.", examples=["domain"]
    )
    text: str = Field(description="The text of the file.", examples=[_FILE])
    release: str | None = Field(
        None, max_length=200, description="Which web-graph release; else the newest.", examples=[None]
    )


class Review(Body):
    """A decision about those who link to a target."""

    target: _Name = Field(description="Whose links the decision is about.", examples=["example.com"])
    decision: Literal["keep", "remove", "disavow", "ignore", "withdraw"] = Field(
        description="The decision; `withdraw` takes an earlier one back.", examples=["disavow"]
    )
    domains: _Names = Field([], description="Domains or hosts that link.", examples=[["spam.test"]])
    links: _Names = Field([], description="Pages that link.", examples=[["https://spam.test/page"]])
    to: _Name | None = Field(
        None, description="The page they link to; else all of the target's that are known.", examples=[None]
    )
    networks: _Names = Field([], description="Networks, by their keys.", examples=[[]])
    note: str | None = Field(None, max_length=10_000, description="Why.", examples=["bought in 2023"])


class Reviews(Body):
    """Decisions to bring in."""

    csv: str = Field(
        description="CSV with the columns target, scope and decision, and key, or source_url and target_url.",
        examples=["target,scope,key,decision\r\nexample.com,domain,spam.test,disavow\r\n"],
    )


class Sent(Body):
    """Requests for removal that were sent."""

    target: _Name = Field(description="Whose links were to be removed.", examples=["example.com"])
    domains: Annotated[_Names, Field(min_length=1)] = Field(
        description="Whose owners were asked.", examples=[["spam.test"]]
    )
    date: str | None = Field(
        None, max_length=10, description="The day they were; else today.", examples=["2026-03-01"]
    )
    way: str | None = Field(
        None, max_length=1000, description="How, such as mail or form.", examples=["mail"]
    )
    note: str | None = Field(
        None, max_length=10_000, description="What to remember of it.", examples=["second request"]
    )


class Job(Body):
    """Long work to be done beside the requests."""

    kind: Literal["audit", "import", "rank", "compact", "check", "whatif"] = Field(
        description="`audit`: every verdict of the index as a file. `import`: read a file into the index. "
        "`rank`: rank a web-graph release. `compact`: fold what was added into its base files. `check`: is the "
        "index sound? `whatif`: what a domain's authority would be with other links, from a new solution of the graph.",
        examples=["audit"],
    )
    format: Literal["jsonl", "csv", "parquet", "arrow"] = Field(
        "parquet", description="Of an audit: the shape of its file.", examples=["parquet"]
    )
    where: str | None = Field(
        None,
        max_length=20_000,
        description="Of an audit: keep rows such as this.",
        examples=["verdict = risky"],
    )
    columns: _Names = Field([], description="Of an audit: only these columns.", examples=[["source_url"]])
    path: str | None = Field(
        None,
        max_length=4096,
        description="Of an import: the input, below the folder that --import-from names.",
        examples=["crawl.warc.gz"],
    )
    read_as: str | None = Field(
        None,
        max_length=40,
        description="Of an import: the kind of input; else its content tells.",
        examples=["warc"],
    )
    snapshot: str | None = Field(
        None, max_length=10, description="Of an import: day of the harvest.", examples=["2026-03-01"]
    )
    release: str | None = Field(
        None,
        max_length=200,
        description="Of a ranking or a what-if: which release; else the newest.",
        examples=[None],
    )
    target: str | None = Field(
        None, max_length=4096, description="Of a what-if: the domain that is asked about.", examples=[None]
    )
    gain: _Names = Field([], description="Of a what-if: domains that would link to it.", examples=[[]])
    lose: _Names = Field([], description="Of a what-if: domains that would no longer.", examples=[[]])
