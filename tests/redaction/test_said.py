"""What a program said to a model or a service, in what libraries' errors hold: it stays here, as the bodies of requests do."""

from __future__ import annotations

import pickle
import threading
from typing import Any

import httpx
import pytest
from bare_samples import ShopError
from call_samples import Answer, CallError, Completion, Message, Query, Reduced, Role, SendMessage, SendText, Shown, Slotted, Turn
from held_samples import Anything
from writers import MODES, a_registry, writing

from picklereg.redaction import REDACTED
from picklereg.redaction.beneath import LIVE
from picklereg.redaction.beside import named_in
from picklereg.redaction.prompts import answered_in, is_said

PROMPT = "tell nobody about this prompt"
#: By name: what an error holds, and what of it has to arrive.
SAID: dict[str, tuple[dict[str, Any], str]] = {
    "messages": ({"messages": [{"role": "user", "content": PROMPT}]}, "error.messages[0]['role'] == 'user'"),
    "a message of several parts": (
        {
            "messages": [
                {"role": "user", "content": [{"type": "text", "text": PROMPT}, {"type": "image_url", "image_url": {"url": PROMPT}}]}
            ]
        },
        "[part['type'] for part in error.messages[0]['content']] == ['text', 'image_url']",
    ),
    "in bytes": ({"messages": [{"role": "system", "content": PROMPT.encode()}]}, f"error.messages[0]['content'] == {REDACTED.encode()!r}"),
    "in a tuple": (
        {"messages": ({"role": "tool", "content": PROMPT, "tool_call_id": "call_7"},)},
        "error.messages[0]['tool_call_id'] == 'call_7'",
    ),
    "objects": ({"messages": [Message("user", PROMPT), Message(Role.USER, [PROMPT])]}, f"error.messages[1].content == [{REDACTED!r}]"),
    "a named tuple": ({"history": [Turn("user", [{"text": PROMPT}])]}, "error.history[0].role == 'user'"),
    "beneath others": (
        {"state": {"turns": [[Message("human", [Message("human", PROMPT)])]]}},
        "error.state['turns'][0][0].role == 'human'",
    ),
    "arguments of a call": (
        {"create_kwargs": {"model": "gpt-4o", "temperature": 0.5, "messages": [{"role": "developer", "content": PROMPT}]}},
        "(error.create_kwargs['model'], error.create_kwargs['temperature']) == ('gpt-4o', 0.5)",
    ),
    "a prompt beside its model": ({"kwargs": {"model": "gpt-4o", "prompt": PROMPT, "n": 2}}, "error.kwargs['n'] == 2"),
    "texts beside their model": ({"kwargs": {"model": "org/embedder", "input": [PROMPT, PROMPT]}}, "len(error.kwargs['input']) == 2"),
    "what the system is told": ({"kwargs": {"model": "claude-3", "system": PROMPT}}, "error.kwargs['model'] == 'claude-3'"),
    "an object that calls a model": ({"sent": Completion("gpt-4o", PROMPT)}, "error.sent.temperature == 0.5"),
    "JSON-RPC": ({"request": {"jsonrpc": "2.0", "method": "send", "params": {"to": PROMPT}, "id": 3}}, "error.request['id'] == 3"),
    "a model of a bot's call": (
        {"method": SendMessage(chat_id=7, text=PROMPT)},
        "(error.method.chat_id, error.method.parse_mode) == (7, 'html')",
    ),
    "an object": ({"request": SendText("ada", PROMPT)}, "error.request.peer == 'ada'"),
    "an object in a call": ({"request": SendText("ada", Message("x", PROMPT))}, "error.request.message.role == 'x'"),
    "an object with a reduce of its own": ({"request": Reduced("ada", PROMPT)}, "error.request.peer == 'ada'"),
    "bytes in one": ({"call": Reduced("ada", PROMPT.encode())}, "error.call.peer == 'ada'"),
    "a list in an object in a call": ({"request": SendText("ada", Message("x", [PROMPT]))}, "error.request.message.role == 'x'"),
    "parameters": ({"call": Anything(peer="ada", params=[PROMPT])}, "error.call.peer == 'ada'"),
    "a message beside an attachment": (
        {"sent": Anything(role="user", content=PROMPT, page=httpx.Response(204))},
        "error.sent.page.status_code == 204",
    ),
    "a prompt beside one": ({"sent": Anything(model="gpt-4o", prompt=PROMPT, page=httpx.Response(204))}, "error.sent.model == 'gpt-4o'"),
    "a call beside one": (
        {"sent": [Anything(jsonrpc="2.0", method="send", params={"to": PROMPT}, page=httpx.Response(204))]},
        "error.sent[0].method == 'send'",
    ),
    "a body beside one": (
        {"sent": Anything(url="https://shop.example/", method="POST", body=PROMPT.encode(), page=httpx.Response(204))},
        "error.sent.body is None and error.sent.method == 'POST'",
    ),
    "slots": ({"call": Slotted("ada", PROMPT.encode())}, "error.call.peer == 'ada'"),
}
#: What was not said by the program, or is no call.
OTHERS: dict[str, dict[str, Any]] = {
    "an answer": {"choices": [{"message": {"role": "assistant", "content": PROMPT}}]},
    "an answer with its model": {"completion": {"model": "gpt-4o", "choices": [], "input": PROMPT}},
    "who may see it": {"entry": {"role": "editor", "content": PROMPT}},
    "another model": {"entry": {"model": "Order", "input": PROMPT}},
    "no text as role": {"entry": {"role": 3, "content": PROMPT}},
    "nothing said": {"messages": [{"role": "user", "content": ""}, {"role": "user", "content": None, "name": "ada"}]},
    "a method's name": {"method": "GET", "request": "r-7"},
    "parameters of a URL": {"request": Query("https://shop.example/", {"page": "two"})},
    "answers": {"request": Answer(404, PROMPT)},
    "a chat that a server answered": {"status_code": 400, "body": {"messages": [({"role": "user", "content": PROMPT},)]}},
    "a response": {"response": {"role": "user", "content": PROMPT}},
    "a long answer": {"response": [[] for _ in range(6_000)]},
    "an object elsewhere": {"order": SendText("ada", PROMPT)},
}


@pytest.mark.parametrize("name", SAID)
@pytest.mark.parametrize("mode", MODES)
def test_what_was_said_stays_here(mode: str, name: str) -> None:
    """Who said it, to whom and how arrives; the live objects stay as they are."""
    held, arrives = SAID[name]
    error = CallError(**held)
    with writing(mode, a_registry()) as write:
        data = write(error)
    assert PROMPT.encode() not in data
    assert eval(arrives, {"error": pickle.loads(data)})  # the table's own
    assert vars(error) == held


@pytest.mark.parametrize("name", SAID)
@pytest.mark.parametrize("mode", MODES)
def test_in_an_argument_of_a_cause(mode: str, name: str) -> None:
    """It stays here where no attribute says that it is a call, unless it is told by nothing else."""
    held, _ = SAID[name]
    error = ShopError(1)
    error.__cause__ = CallError(**held) if {"request", "method", "call"}.intersection(held) else ValueError(held)
    with writing(mode, a_registry()) as write:
        assert PROMPT.encode() not in write([error])


@pytest.mark.parametrize("mode", MODES)
def test_texts_that_are_made_of_it(mode: str) -> None:
    """What stands in the place of what can't travel, and notes on it, don't show it either."""
    lock = threading.Lock()
    said = {"role": "user", "content": f"{PROMPT},\n'ever'", "lock": lock}
    errors = {
        "a dictionary": (ValueError(said), "user"),
        "an object": (ValueError(Shown(**said)), "user"),
        "an object in a list": (CallError(sent=[Shown(**said)]), "user"),
        "a request": (ValueError(Shown(url="https://shop.example/", method="POST", body=PROMPT.encode(), lock=lock)), "POST"),
        "a call": (CallError(call=Shown(peer="ada", text=PROMPT, lock=lock)), "call"),
        "cut off": (ValueError(Shown(role="user", content=PROMPT * 100, lock=lock)), "user"),
    }
    with writing(mode, a_registry()) as write:
        for name, (error, kept) in errors.items():
            data = write(error)
            assert (name, b"nobody about" in data, kept.encode() in data) == (name, False, True)


@pytest.mark.parametrize("name", OTHERS)
@pytest.mark.parametrize("mode", MODES)
def test_other_things_arrive(mode: str, name: str) -> None:
    """They arrive as they are."""
    with writing(mode, a_registry()) as write:
        got = pickle.loads(write(CallError(**OTHERS[name])))
    assert repr(_shown(vars(got))) == repr(_shown(OTHERS[name]))


def _shown(held: dict[str, Any]) -> list[Any]:
    return [(name, vars(value) if isinstance(value, (SendText, Answer, Query)) else value) for name, value in held.items()]


@pytest.mark.parametrize("mode", MODES)
def test_arguments_of_a_call_in_the_program(mode: str) -> None:
    """They are the program's, and weren't sent."""
    with writing(mode, a_registry()) as write:
        got = pickle.loads(write(CallError(call=Message("shop", None), held=SendText("ada", ("eu west", "two")))))
        assert (got.call.role, got.held.message) == ("shop", ("eu west", "two"))
        called = SendText("ada", None)
        called.args = ("eu west", "two")  # type: ignore[attr-defined]  # as an object of a call has
        assert pickle.loads(write(CallError(call=called))).call.args == ("eu west", "two")


@pytest.mark.parametrize("mode", MODES)
def test_a_body_without_a_status(mode: str) -> None:
    """It may be what the program sent; and what it holds elsewhere, it said."""
    chat = {"messages": [{"role": "user", "content": PROMPT}]}
    with writing(mode, a_registry()) as write:
        assert PROMPT.encode() not in write(CallError(body=chat))
        got = pickle.loads(write(CallError(status=400, body=chat, sent={"messages": [{"role": "user", "content": PROMPT}]})))
    assert (got.body, got.sent) == (chat, {"messages": [{"role": "user", "content": REDACTED}]})


@pytest.mark.parametrize("mode", MODES)
def test_what_a_server_repeats(mode: str) -> None:
    """It stays in the message, but for a credential that was in what was said."""
    said = f"{PROMPT}: https://ada:hunter2-is-it@shop.example/"
    error = CallError(messages=[{"role": "user", "content": said}])
    error.args = (f"{PROMPT} is too long, hunter2-is-it",)
    with writing(mode, a_registry()) as write:
        got = pickle.loads(write(error))
    assert got.args == (f"{PROMPT} is too long, {REDACTED}",)
    assert got.messages == [{"role": "user", "content": REDACTED}]


@pytest.mark.parametrize(
    ("entries", "keys"),
    [
        ({"role": "USER", "content": "a"}, {"content"}),
        ({"role": "user", "content": REDACTED}, set()),
        ({"role": "model", "parts": ["a"]}, set()),
        ({"model": "gpt-4o", "messages": []}, set()),
        ({"model": "gpt-4o", "input": "a", "system": "b", "output": []}, set()),
        ({"model": 7, "input": "a"}, set()),
        ({"jsonrpc": "2.0", "result": {}}, set()),
        ({"jsonrpc": "2.0", "method": "tools/list"}, set()),
        ({"jsonrpc": "2.0", "params": ["a"]}, set()),
        ({"role": "editor", "method": "edit", "params": ["a"]}, set()),
    ],
)
def test_where_it_stands(entries: dict[str, Any], keys: set[str]) -> None:
    """Under these names, by what stands beside them."""
    assert set(named_in([*entries.items()], LIVE)) == keys
    assert is_said(["role"], "a")  # no key that was hashed before


def test_of_a_long_answer_so_much_is_looked_at() -> None:
    """A server chooses how long it is."""
    assert len([*answered_in({"response": [{} for _ in range(6_000)]})]) == 4_999
    assert len([*answered_in({"response": [{}, ({},), "text"]})]) == 2


@pytest.mark.parametrize("mode", MODES)
def test_more_than_is_remembered(mode: str) -> None:
    """All of it stays here, also where it is more than is looked for elsewhere."""
    sent = {"method": "POST", "url": "https://shop.example/", "headers": {}, "body": [f"{PROMPT} {number}" for number in range(1_100)]}
    with writing(mode, a_registry()) as write:
        data = write(ShopError(1, sent=sent))
    assert PROMPT.encode() not in data
    assert pickle.loads(data).sent["body"] is None
