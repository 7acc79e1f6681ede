"""The route that takes files to be imported: written to disk as they arrive, then a job."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import ExitStack

from fastapi import FastAPI, Request
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect
from starlette.responses import Response

from backlit.errors import BacklitError, InputError
from backlit.server import problems
from backlit.server.api.jobs import Jobs, NotNow, TooMany
from backlit.server.browsers import UPLOAD
from backlit.server.dashboard.forms import FIELD
from backlit.server.dashboard.site import Dashboard, back
from backlit.server.dashboard.strings import text
from backlit.server.dashboard.view import View
from backlit.server.multipart import Content, End, Head, Parts, boundary_of
from backlit.server.uploads import TooLarge, Upload

_MOST_FIELD = 20_000
_AT_ONCE = 1 << 20
#: What a form has besides its file, at most.
_BESIDES = 1 << 16


class _Refused(BacklitError):
    """The form is not taken."""


class Uploads:
    """Takes the forms of one server that have a field ``file``; their other fields stand before it."""

    def __init__(self, site: Dashboard) -> None:
        self.site = site
        self._rules = site.config.rules

    def install(self, app: FastAPI) -> None:
        """Put the route into ``app``."""
        app.add_api_route(UPLOAD, self.take, methods=["POST"], include_in_schema=False)

    async def take(self, request: Request) -> Response:
        """Keep the file and make its job; a page that says what is wrong otherwise."""
        try:
            return await self._taken(request)
        except TooLarge as error:
            return self._told(request, 413, str(error))
        except _Refused as error:
            return self._told(request, 403, str(error))
        except (TooMany, NotNow) as error:
            return self._told(request, 429 if isinstance(error, TooMany) else 409, str(error))
        except TimeoutError:
            return self._told(request, 408, str(text("jobs.too_slow", seconds=int(self._rules.body_seconds))))
        except ClientDisconnect:
            return Response(status_code=400)
        except BacklitError as error:
            return self._told(request, problems.status_of(error), str(error))

    async def _taken(self, request: Request) -> Response:
        length = request.headers.get("content-length", "")
        if length.isdigit() and int(length[:20]) > self._rules.max_upload_bytes + _BESIDES:
            raise TooLarge(str(text("jobs.too_large", most=self._rules.max_upload_bytes)))
        parts = Parts(boundary_of(request.headers.get("content-type", "")))
        fields: dict[str, bytearray] = {}
        with ExitStack() as held:
            upload: Upload | None = None
            field: bytearray | None = None
            waiting = bytearray()
            async for piece in self._pieces(request):
                for event in parts.feed(piece):
                    if isinstance(event, Head):
                        field = None
                        if event.file is None:
                            field = fields.setdefault(event.name, bytearray())
                        elif event.name == "file" and upload is None:
                            self._check(request, fields)
                            folder = self._jobs(request).book.folder
                            upload = held.enter_context(
                                Upload(folder, event.file, self._rules.max_upload_bytes)
                            )
                            field = waiting
                    elif isinstance(event, Content):
                        if field is None:
                            continue
                        field += event.data
                        if field is not waiting and len(field) > _MOST_FIELD:
                            raise InputError(str(text("jobs.field_too_long")))
                        if upload is not None and field is waiting and len(waiting) >= _AT_ONCE:
                            await run_in_threadpool(upload.write, bytes(waiting))
                            waiting.clear()
                    elif isinstance(event, End):
                        field = None
            parts.close()
            if upload is None:
                self._check(request, fields)
                raise InputError(str(text("jobs.no_file")))
            await run_in_threadpool(upload.write, bytes(waiting))
            if not upload.size:
                raise InputError(str(text("jobs.empty_file")))
            upload.keep()
            given = {name: value.decode("utf-8", "replace").strip() for name, value in fields.items()}
            job = await run_in_threadpool(self._jobs(request).post_upload, upload.id, upload.name, given)
        return back(f"/jobs?job={job.id}")

    async def _pieces(self, request: Request) -> AsyncIterator[bytes]:
        """The body as it arrives. Raises ``TimeoutError`` where nothing comes for too long."""
        stream = request.stream().__aiter__()
        while True:
            try:
                async with asyncio.timeout(self._rules.body_seconds or None):
                    piece = await anext(stream)
            except StopAsyncIteration:
                return
            yield piece

    def _check(self, request: Request, fields: dict[str, bytearray]) -> None:
        token = bytes(fields.get(FIELD, b"")).decode("utf-8", "replace")
        if not self.site.guard.is_good(request, token):
            raise _Refused(str(text("base.stale_form")))
        if not self.site.config.allow_writes:
            raise _Refused(str(text("base.read_only")))

    def _jobs(self, request: Request) -> Jobs:
        found: Jobs = request.app.state.jobs
        return found

    def _told(self, request: Request, status: int, told: str) -> Response:
        with ExitStack() as held:
            answer = self.site.error(View(self.site, None, request, held), status, told)
        # What is left of the body is not read.
        answer.headers["connection"] = "close"
        return answer
