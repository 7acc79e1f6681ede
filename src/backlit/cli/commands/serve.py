"""``backlit serve``: the API over HTTP, with everything that guards it."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from backlit.cli import options as o


def command(
    context: typer.Context,
    host: Annotated[
        str, typer.Option("--host", metavar="ADDRESS", help="Address to serve at.")
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help="Port; 0 takes a free one.")] = 8080,
    user: Annotated[str, typer.Option("--user", help="The user that goes with the password.")] = "backlit",
    password: Annotated[
        str | None,
        typer.Option(
            "--password",
            envvar="BACKLIT_PASSWORD",
            show_envvar=True,
            help="Its password; others on this machine can see it: rather use a file.",
        ),
    ] = None,
    password_file: Annotated[
        Path | None, typer.Option("--password-file", metavar="FILE", help="A file that holds the password.")
    ] = None,
    token_file: Annotated[
        Path | None,
        typer.Option("--token-file", metavar="FILE", help="A file of tokens (Bearer), one a line."),
    ] = None,
    certificate: Annotated[
        Path | None,
        typer.Option("--certificate", metavar="FILE", help="PEM file of a certificate, for HTTPS."),
    ] = None,
    key: Annotated[
        Path | None,
        typer.Option("--key", metavar="FILE", help="PEM file of its key.", show_default="the certificate's"),
    ] = None,
    allow_writes: Annotated[
        bool, typer.Option("--allow-writes", help="Let reviews and imports change the index.")
    ] = False,
    import_from: Annotated[
        Path | None, typer.Option("--import-from", metavar="DIR", help="The folder that imports may read.")
    ] = None,
    allow_host: Annotated[
        list[str] | None,
        typer.Option("--allow-host", metavar="NAMES", help="More names the server is called by."),
    ] = None,
    cors: Annotated[
        list[str] | None, typer.Option("--cors", metavar="ORIGINS", help="Web sites whose pages may ask.")
    ] = None,
    rate: Annotated[
        int | None,
        typer.Option(
            "--rate",
            min=0,
            help="Requests of a client a minute; 0 for any.",
            show_default="2000; any on loopback",
        ),
    ] = None,
    concurrent: Annotated[
        int | None,
        typer.Option(
            "--concurrent", min=0, help="Requests at once; 0 for any.", show_default="30; any on loopback"
        ),
    ] = None,
    timeout: Annotated[
        float | None,
        typer.Option("--timeout", min=0.1, help="Seconds until an answer must begin.", show_default="60"),
    ] = None,
    stop_after: Annotated[
        int | None,
        typer.Option(
            "--stop-after", min=0, help="Seconds that a stop waits for requests.", show_default="20"
        ),
    ] = None,
    access_log: Annotated[
        Path | None,
        typer.Option(
            "--access-log", metavar="FILE", help="Where each request is noted.", show_default="stderr"
        ),
    ] = None,
) -> None:
    """Serve the index over HTTP: every question, and an API like DataForSEO's.

    It reads only, unless --allow-writes is given. Without a password it serves this machine only. A new
    generation is taken up while it runs. Ctrl-C lets running requests finish; twice ends it at once.

    \b
    Example:
      backlit serve --port 8080
      backlit serve --host 0.0.0.0 --password-file secret.txt --certificate cert.pem --key key.pem
    """
    import msgspec

    from backlit.cli.output import write_text
    from backlit.errors import InputError, MissingExtra

    try:
        from backlit.server.config import Config, is_loopback, secret, secrets
        from backlit.server.run import run
    except ModuleNotFoundError as exc:
        raise MissingExtra(f"A server needs the package {exc.name}: install it.") from exc
    if password is not None and password_file is not None:
        raise InputError("Give the password by --password or by --password-file, not by both.")
    if password == "":
        raise InputError(
            "The password is empty: give one, or leave --password out to serve this machine only."
        )
    said = o.said(context)
    settings = said.load_settings()
    rules = settings.server
    if is_loopback(host):
        rules = msgspec.structs.replace(rules, rate_per_minute=0, concurrent=0)
    given = {
        "rate_per_minute": rate,
        "concurrent": concurrent,
        "request_seconds": timeout,
        "stop_seconds": stop_after,
    }
    rules = msgspec.structs.replace(
        rules, **{name: value for name, value in given.items() if value is not None}
    )
    config = Config(
        index=said.index,
        host=host,
        port=port,
        user=user,
        password=secret(password_file, "password") if password_file else password,
        tokens=tuple(secrets(token_file, "tokens")) if token_file else (),
        certificate=certificate,
        key=key,
        allow_writes=allow_writes,
        import_from=import_from,
        hosts=tuple(o.names_in(allow_host)),
        origins=tuple(o.names_in(cors)),
        access_log=access_log,
        settings=settings,
        rules=rules,
    )

    def say(line: str) -> None:
        write_text(line, None)
        sys.stdout.flush()

    run(config, say)
