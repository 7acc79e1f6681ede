"""Every tool, resource and prompt over both transports, with the official client."""

from __future__ import annotations

import json
import urllib.error
import urllib.request

import anyio
import jsonschema
import pytest
from starlette.testclient import TestClient

from assistant_client import TRANSPORTS, over_stdio, said, serving_http
from backlit.server.app import create_app
from backlit.server.config import Config
from backlit.server.mcp.prompts import PROMPTS
from backlit.server.mcp.resources import RESOURCES
from backlit.server.mcp.server import TOOLS

#: A call of each tool that has an answer on the small index.
CALLS = {
    "index_info": {},
    "profile": {"target": "x.net"},
    "links": {"target": "x.net", "limit": 3},
    "referring_domains": {"target": "x.net", "limit": 3},
    "anchors": {"target": "x.net", "limit": 3},
    "linked_pages": {"target": "x.net", "limit": 3},
    "new_and_lost": {"target": "x.net", "by": "day"},
    "audit": {"target": "x.net", "limit": 3},
    "explain_link": {"link": "https://s1.com/p"},
    "networks": {"target": "x.net"},
    "authority": {"domains": ["x.net", "rival.org"]},
    "rivals": {"target": "x.net"},
    "link_gap": {"target": "x.net", "rivals": ["rival.org", "other.org"]},
    "compare": {"targets": ["x.net", "rival.org"]},
    "broken_backlinks": {"target": "x.net", "state": "all", "limit": 3},
    "disavow_draft": {"target": "x.net"},
    "decisions": {"target": "x.net"},
}
#: And those that cannot answer without a web graph.
REFUSED = {"what_if": {"target": "x.net", "gain": ["a.com"]}}


@pytest.mark.parametrize("transport", TRANSPORTS)
def test_every_tool_answers_over_every_transport(transport, index_path):
    async def main():
        async with TRANSPORTS[transport](index_path) as client:
            tools = {tool.name: tool for tool in (await client.list_tools()).tools}
            assert list(tools) == [tool.name for tool in TOOLS if not tool.writes]
            assert set(tools) == {*CALLS, *REFUSED}
            for name, arguments in CALLS.items():
                jsonschema.validate(arguments, tools[name].input_schema)
                result = await client.call_tool(name, arguments)
                assert not result.is_error, said(result)
                jsonschema.validate(result.structured_content, tools[name].output_schema)
                assert said(result).splitlines()[-1].startswith("Data of "), name
            for name, arguments in REFUSED.items():
                result = await client.call_tool(name, arguments)
                assert result.is_error
                assert said(result).endswith(".")
            for address, _ in RESOURCES:
                read = await client.read_resource(address.replace("{target}", "x.net"))
                assert len(read.contents[0].text) > 200
            for name, _ in PROMPTS:
                prompt = await client.get_prompt(name, {"target": "x.net"})
                assert "x.net" in prompt.messages[0].content.text
            assert "never" in client.instructions

    anyio.run(main)


@pytest.mark.parametrize("transport", TRANSPORTS)
def test_the_tool_that_writes_is_there_only_when_allowed_and_says_so(transport, index_path):
    async def names(*options):
        async with TRANSPORTS[transport](index_path, *options) as client:
            return {tool.name: tool for tool in (await client.list_tools()).tools}

    reading = anyio.run(names)
    assert "review" not in reading
    assert all(tool.annotations.read_only_hint for tool in reading.values())
    assert not any(
        tool.annotations.destructive_hint or tool.annotations.open_world_hint for tool in reading.values()
    )
    writing = anyio.run(names, "--allow-writes")
    assert set(writing) - set(reading) == {"review"}
    hints = writing["review"].annotations
    assert (hints.read_only_hint, hints.destructive_hint) == (False, True)
    assert writing["review"].description.startswith("WRITES")


def test_older_clients_that_shake_hands_are_served_too(index_path):
    async def main(address):
        from mcp.client.client import Client

        async with Client(address, mode="legacy") as client:
            return said(await client.call_tool("links", {"target": "x.net", "limit": 1}))

    with serving_http(index_path) as address:
        assert anyio.run(main, address).startswith("Links to x.net: 1 to 1 of 32")


def test_a_page_of_a_stranger_cannot_ask_and_what_is_no_post_is_told_so(index_path):
    body = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": {}}).encode()

    def status(address, method="POST", **headers):
        ask = urllib.request.Request(address, body if method == "POST" else None, method=method)
        for name, value in {"Content-Type": "application/json", "Accept": "application/json"}.items():
            ask.add_header(name, value)
        for name, value in headers.items():
            ask.add_header(name, value)
        try:
            with urllib.request.urlopen(ask, timeout=20) as answer:
                return answer.status
        except urllib.error.HTTPError as error:
            with error:
                return error.code

    with serving_http(index_path) as address:
        assert status(address, Host="evil.example") == 421
        assert status(address, Origin="https://evil.example") == 403
        assert (status(address, "GET"), status(address, "DELETE")) == (405, 405)
        assert status(address.removesuffix("mcp")) == 404


def test_standard_output_carries_nothing_but_the_protocol(index_path):
    async def main():
        async with over_stdio(index_path) as client:
            first = await client.call_tool("audit", {"target": "x.net", "limit": 1})
            second = await client.call_tool("links", {"target": "x.net", "limit": 1})
            return first.is_error, second.is_error

    assert anyio.run(main) == (False, False)


def test_calls_at_once_do_not_meet(index_path):
    calls = [
        (name, CALLS[name]) for name in ("links", "profile", "audit", "anchors", "link_gap", "index_info")
    ] * 3

    async def main():
        found = {}

        async def one(at, name, arguments):
            found[at] = said(await client.call_tool(name, arguments))

        async with TRANSPORTS["http"](index_path) as client, anyio.create_task_group() as group:
            for at, (name, arguments) in enumerate(calls):
                group.start_soon(one, at, name, arguments)
        return found

    found = anyio.run(main)
    assert len(found) == len(calls)
    for at in range(6):
        assert found[at] == found[at + 6] == found[at + 12]
        assert "Data of 2026-01-05" in found[at]


def test_the_server_of_everything_offers_the_tools_with_and_without_a_slash(index_path):
    body = {
        "jsonrpc": "2.0",
        "id": 1,
        "method": "initialize",
        "params": {
            "protocolVersion": "2025-06-18",
            "capabilities": {},
            "clientInfo": {"name": "test", "version": "1"},
        },
    }
    app = create_app(Config(index=index_path, tokens=("secret-token-of-a-test",)))
    with TestClient(app, base_url="http://localhost") as client:
        for path in ("/mcp", "/mcp/"):
            assert client.post(path, json=body).status_code == 401
            answer = client.post(
                path,
                json=body,
                headers={
                    "authorization": "Bearer secret-token-of-a-test",
                    "accept": "application/json, text/event-stream",
                },
            )
            assert answer.status_code == 200
            assert answer.json()["result"]["serverInfo"]["name"] == "backlit"
