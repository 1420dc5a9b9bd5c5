"""Generators behind a server: which of two paths a text takes, and every way a server can fail."""

from __future__ import annotations

import json
import logging
import threading
import traceback

import pytest
from servers_openai import Script, serve

from rag.errors import ModelError, OfflineError
from rag.models import generator_openai, openai_wire
from rag.models.generator import (
    Message,
    RedactedMessage,
    Usage,
    is_remote_generator,
    load_generator,
    stream_any,
)
from rag.models.generator_openai import (
    LoopbackGenerator,
    OpenAIGenerator,
    is_remote,
    open_server,
    require_allowed,
)
from rag.models.openai_address import read_spec, this_machine
from rag.models.openai_events import pieces
from rag.models.stream import Writing
from rag.privacy import redact

KEY = "sk-test-4f1d0c"
ASK = [
    Message("system", "Cite."),
    Message("user", "Does Mr. Sample Person, SSN 078-05-1120, cough?"),
]
SAFE = [RedactedMessage(m.role, redact(m.content)) for m in ASK]


def nobody(host):
    """Take every server for another machine: the recording one stands for it."""
    return False


@pytest.fixture(autouse=True)
def _quick(monkeypatch):
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    monkeypatch.delenv("MEDLIT_OFFLINE", raising=False)
    monkeypatch.setattr("rag.offline._enforced", False)
    monkeypatch.setattr(openai_wire, "_growing", lambda tried: 0.001 * tried)


@pytest.fixture
def script():
    return Script()


@pytest.fixture
def base(script):
    with serve(script) as url:
        yield url


def local(base):
    return open_server(f"openai:tiny@{base}")


def remote(base):
    return open_server(f"openai:tiny@{base}", nobody)


@pytest.mark.parametrize(
    ("spec", "model", "base", "host"),
    [
        ("openai:m@http://localhost:8000/v1", "m", "http://localhost:8000/v1", "localhost"),
        ("openai:m@http://localhost:8000", "m", "http://localhost:8000/v1", "localhost"),
        ("openai:m@https://api.example/v1/", "m", "https://api.example/v1", "api.example"),
        ("openai:org/m:7b@sha@http://[::1]:1/x", "org/m:7b@sha", "http://[::1]:1/x", "::1"),
    ],
    ids=["path", "no-path", "slash", "odd-name"],
)
def test_spec(spec, model, base, host):
    address = read_spec(spec)
    assert (address.model, address.base, address.host) == (model, base, host)


@pytest.mark.parametrize(
    "spec",
    [
        "openai:", "openai:m", "openai:m@localhost", "openai:@http://x", "openai:m@ftp://x/v1",
        "openai:m@http://", "openai:m@http://x:port/v1", "openai:m@http://u:hush@x/v1",
        "openai:m@http://x/v1?key=hush", "openai:m@http://x/v1#hush", "openai:m@http://a b/v1",
        "openai:m@http://[::1/v1", "openai:m@http://[::1].example.org/v1",
        "openai:m@http://example.org[::1]/v1", "openai:m@http://localhost\\.example.org/v1",
        "openai:m@http://localhost\\@example.org/v1", "openai:m@http://127.0.0.1%x.example.org/v1",
        "openai:m@http://localhost%2eexample.org/v1", "openai:m@http://localhost;example.org/v1",
    ],
)  # fmt: skip
def test_bad_spec_is_one_line_without_a_secret(spec):
    with pytest.raises(ModelError) as refused:
        load_generator(spec)
    assert "\n" not in str(refused.value)
    assert "hush" not in str(refused.value)


@pytest.mark.parametrize(
    ("host", "here"),
    [
        ("localhost", True), ("LOCALHOST", True), ("127.0.0.1", True), ("127.9.9.9", True),
        ("::1", True), ("0.0.0.0", False), ("10.0.0.1", False), ("192.168.1.4", False),
        ("localhost.example.org", False), ("127.0.0.1.example.org", False), ("2130706433", False),
        ("::ffff:10.0.0.1", False), ("api.openai.com", False), ("", False),
        ("127.0.0.1%x.example.org", False), ("::1%x.example.org", False),
    ],
)  # fmt: skip
def test_this_machine(host, here):
    assert this_machine(host) is here


def test_a_hosts_file_that_sends_localhost_away_is_not_believed(monkeypatch):
    monkeypatch.setattr(
        "socket.getaddrinfo",
        lambda *a: [(2, 1, 6, "", ("127.0.0.1", 0)), (2, 1, 6, "", ("192.0.2.1", 0))],
    )
    assert not this_machine("localhost")


def test_the_two_paths_are_two_types(base, script):
    near, far = local(base), remote(base)
    assert isinstance(near, LoopbackGenerator)
    assert not is_remote_generator(near)
    assert isinstance(far, OpenAIGenerator)
    assert is_remote_generator(far)
    assert not script.raw  # not even the window was asked for
    assert not hasattr(far, "stream")
    assert not hasattr(near, "stream_redacted")
    assert isinstance(load_generator(f"openai:tiny@{base}"), LoopbackGenerator)


def test_this_machine_gets_the_text_as_it_is(base, script):
    assert "".join(local(base).stream(ASK, 50)) == "Fever and cough [1]."
    sent = script.requests[0]
    assert sent["messages"] == [{"role": m.role, "content": m.content} for m in ASK]
    assert (sent["model"], sent["stream"], sent["temperature"]) == ("tiny", True, 0)


def test_another_machine_gets_no_identifier(base, script):
    assert "".join(remote(base).stream_redacted(SAFE, 50)) == "Fever and cough [1]."
    assert "".join(stream_any(remote(base), ASK, 50)) == "Fever and cough [1]."
    assert len(script.bodies) == 2
    assert b"078-05-1120" not in script.raw
    assert b"[SSN-1]" in script.raw


@pytest.mark.parametrize(
    "messages",
    [ASK, [m.content for m in ASK], [{"role": "user", "content": "x"}], [redact("x")]],
    ids=["messages", "str", "dicts", "bare"],
)
def test_anything_else_is_a_type_error_and_nothing_leaves(base, script, messages):
    far = remote(base)
    with pytest.raises(TypeError, match="takes RedactedMessage") as refused:
        far.stream_redacted(messages, 50)
    assert "078" not in str(refused.value)
    with pytest.raises(TypeError, match="only a Redacted may leave"):
        RedactedMessage("user", "text")
    forged = RedactedMessage("user", redact("x"))
    object.__setattr__(forged, "content", "078-05-1120")
    with pytest.raises(TypeError, match="only a Redacted may leave"):
        far.stream_redacted([forged], 50)
    assert not script.raw


def test_offline_refuses_another_machine_and_not_this_one(base, script, monkeypatch):
    far = remote(base)
    monkeypatch.setenv("MEDLIT_OFFLINE", "1")
    for act in (
        lambda: require_allowed("openai:m@https://api.example/v1"),
        lambda: load_generator("openai:m@https://api.example/v1"),
        lambda: far.stream_redacted(SAFE, 50),
    ):
        with pytest.raises(OfflineError, match="offline"):
            act()
    assert not script.raw
    require_allowed(f"openai:m@{base}")
    assert "".join(local(base).stream(ASK, 50)) == "Fever and cough [1]."
    assert not is_remote("qwen-1.5b")


def test_no_proxy_stands_between_this_machine_and_itself(base, script, monkeypatch):
    other = Script()
    with serve(other) as proxy:
        for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, proxy.removesuffix("/v1"))
        monkeypatch.delenv("NO_PROXY", raising=False)
        monkeypatch.delenv("no_proxy", raising=False)
        assert "".join(local(base).stream(ASK, 50)) == "Fever and cough [1]."
    assert not other.raw
    assert script.bodies


def test_the_key_is_sent_and_never_shown(base, script, monkeypatch, caplog):
    caplog.set_level(logging.DEBUG)
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    near = local(base)
    list(near.stream(ASK, 50))
    assert script.headers[-1]["Authorization"] == f"Bearer {KEY}"
    assert KEY not in caplog.text
    assert "078-05-1120" not in caplog.text
    assert KEY not in repr(near) + repr(vars(near)) + repr(vars(near._wire)) + repr(near.identity)
    script.fault = 401
    with pytest.raises(ModelError) as refused:
        list(near.stream(ASK, 50))
    assert KEY not in str(refused.value)


FAULTS = [400, 401, 403, 404, 429, 500, "hang-up", "die", "error", "unfinished", "nonsense"]


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("open_one", [local, remote])
def test_no_failure_shows_the_key_or_the_question(
    base, script, monkeypatch, caplog, capsys, fault, open_one
):
    caplog.set_level(logging.DEBUG)
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    script.fault = fault
    with pytest.raises(ModelError) as failed:
        stream_any(open_one(base), ASK, 50).text()
    shown = "".join(traceback.format_exception(failed.value)) + repr(failed.value.__dict__)
    printed = capsys.readouterr()
    for text in (shown, caplog.text, printed.out, printed.err):
        assert KEY not in text
        assert "078-05-1120" not in text
    if open_one is local:  # the same key did go to the server
        assert KEY.encode() in script.raw


def test_the_key_does_not_go_to_another_machine_in_the_clear(base, script, monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    script.fault = 401
    with pytest.raises(ModelError, match="over https alone"):
        list(remote(base).stream_redacted(SAFE, 50))
    assert KEY.encode() not in script.raw


@pytest.mark.parametrize("fault", [429, 500, 503, "hang-up", "die-early"])
def test_a_busy_server_is_asked_again(base, script, fault):
    script.fault, script.times = fault, openai_wire.TRIES - 1
    assert "".join(local(base).stream(ASK, 50)) == "Fever and cough [1]."
    assert len(script.bodies) == openai_wire.TRIES
    script.times = 10**6
    with pytest.raises(ModelError, match=r"4 (times|tries)|broke off"):
        list(local(base).stream(ASK, 50))
    assert len(script.bodies) == 2 * openai_wire.TRIES


def test_retry_after_is_kept_to(base, script):
    waits = []
    script.fault, script.times, script.retry_after = 429, 1, "7"
    near = local(base)
    near._wire._sleep = waits.append
    assert "".join(near.stream(ASK, 50))
    assert waits == [7.0]
    script.times, script.retry_after = 10**6, "600"
    with pytest.raises(ModelError, match="wait 600 s"):
        list(near.stream(ASK, 50))


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (400, "answered 400"), (401, "to a key of this server"), (404, "answered 404"),
        (307, "redirects elsewhere"), ("die", "broke off"), ("unfinished", "broke off"),
        ("error", "in mid-answer"), ("nonsense", "OpenAI-compatible"), ("endless", "does not end"),
    ],
)  # fmt: skip
def test_a_failure_is_one_line_and_is_not_repeated(base, script, fault, said):
    script.fault = fault
    script.pieces = ["Fever and cough are the leading symptoms [1]."]
    with pytest.raises(ModelError, match=said) as failed:
        list(local(base).stream(ASK, 50))
    assert "\n" not in str(failed.value)
    # what a server says in its own words may repeat the prompt
    assert "078-05-1120" not in str(failed.value)
    assert len(script.bodies) == 1


def test_a_silent_server_is_given_up(base, script, monkeypatch):
    monkeypatch.setattr(
        generator_openai, "Wire", lambda *a, **k: openai_wire.Wire(*a, **(k | {"silence": 0.3}))
    )
    script.fault = "silent"
    with pytest.raises(ModelError, match="fell silent"):
        list(local(base).stream(ASK, 50))


def test_no_server_at_all():
    with serve(Script()) as gone:
        pass
    with pytest.raises(ModelError, match="is the server running"):
        list(local(gone).stream(ASK, 50))


@pytest.mark.parametrize("option", ["max_tokens", "temperature", "seed", "stop", "stream_options"])
def test_an_option_that_a_server_does_not_know_is_left_out(base, script, option):
    script.fault = option
    near = local(base)
    for _ in range(2):
        assert "".join(near.stream(ASK, 50, ["never"])) == "Fever and cough [1]."
    first, *others = script.requests
    assert option in first
    assert len(others) == 2  # the second time it is not tried
    for asked in others:
        assert option not in asked
        assert ("max_completion_tokens" in asked) == (option == "max_tokens")
    assert near.left_out == {option}


def test_an_option_that_a_schema_refuses_in_words_is_left_out(base, script):
    script.fault = "schema"
    stream = local(base).stream(ASK, 50)
    assert stream.text() == "Fever and cough [1]."
    assert stream.usage is None
    assert "stream_options" not in script.requests[1]


def test_tokens_and_finish_come_from_the_server(base, script):
    stream = local(base).stream(ASK, 50)
    text = stream.text()
    assert stream.usage == Usage(11, len(text))
    assert stream.finish == "stop"
    script.finish = "length"
    stream = local(base).stream(ASK, 50)
    assert stream.usage is None
    assert stream.finish is None
    stream.text()
    assert stream.finish == "length"


def test_an_answer_that_a_server_gave_up_is_a_failure(base, script):
    for script.finish in ("abort", "error"):
        stream = local(base).stream(ASK, 50)
        with pytest.raises(ModelError, match="broke off"):
            stream.text()
        assert stream.finish is None
    script.finish = "model_length"
    stream = local(base).stream(ASK, 50)
    stream.text()
    assert stream.finish == "length"


def test_a_clean_end_before_the_first_piece_is_tried_again(base, script):
    script.fault, script.times, script.pieces = "unfinished", 1, [""]
    near = local(base)
    near._wire._sleep = lambda seconds: None
    stream = near.stream(ASK, 50)
    assert stream.text() == ""
    assert stream.finish == "stop"
    assert len(script.bodies) == 2
    script.times = 10**6
    with pytest.raises(ModelError, match="broke off"):
        near.stream(ASK, 50).text()
    assert len(script.bodies) == 2 + openai_wire.TRIES


@pytest.mark.parametrize("body", [b"<html>\n<p>It works!</p>", b'{"choices": []}'])
def test_a_page_is_no_answer_that_broke_off(body):
    with pytest.raises(ModelError, match="OpenAI-compatible"):
        list(pieces([body], Writing(), "http://x", 50, 9.0))
    with pytest.raises(ModelError, match="broke off"):
        list(pieces([b": wait\n\nevent: m\r\ndata:\r\n"], Writing(), "http://x", 50, 9.0))


def test_an_error_that_is_null_is_none():
    event = {"error": None, "choices": [{"delta": {"content": "Fever."}, "finish_reason": "stop"}]}
    writing = Writing()
    read = pieces([f"data: {json.dumps(event)}\n\n".encode()], writing, "http://x", 50, 9.0)
    assert list(read) == ["Fever."]
    assert writing.finish == "stop"


def test_an_answer_that_a_filter_cut_is_a_failure(base, script):
    script.finish = "content_filter"
    stream = local(base).stream(ASK, 50)
    with pytest.raises(ModelError, match="filter of its own"):
        stream.text()
    assert stream.finish is None


def test_cancelled_between_two_tries(base, script, monkeypatch):
    monkeypatch.setattr(openai_wire, "_growing", lambda tried: 60.0)
    script.fault = 503
    stream = local(base).stream(ASK, 50)
    threading.Timer(0.2, stream.cancel).start()
    assert list(stream) == []
    assert stream.finish == "cancelled"
    assert len(script.bodies) == 1


def test_stop_max_tokens_and_room(base, script):
    script.pieces = ["Fever and cough are common [1].\nQuestion: more"]
    near = local(base)
    assert "".join(near.stream(ASK, 50, ["\nQuestion:"])) == "Fever and cough are common [1]."
    assert len("".join(near.stream(ASK, 4))) < 20
    assert near.context_tokens == 4096
    with pytest.raises(ModelError, match="takes 4096"):
        near.stream(ASK, 4096)
    with pytest.raises(ModelError, match="at least 1"):
        near.stream(ASK, 0)


def test_closing_the_stream_frees_the_server(base, script):
    script.pieces = ["fever " * 200]
    near = local(base)
    stream = near.stream(ASK, 900)
    next(stream)
    stream.close()
    assert "".join(near.stream(ASK, 900)) == "fever " * 200


def test_what_a_server_does_not_say_is_assumed(base, script):
    script.window = None
    near = local(base)
    assert near.context_tokens == 8192
    assert near.count_tokens("") == 0
    assert 0 < near.count_tokens("fever") < near.count_tokens("fever and cough")
    assert near.identity.runtime == "openai"
    assert near.identity.name == f"tiny@{base.removesuffix('/v1')}"
