"""A language model is believed where the text bears it out, and never waited for."""

import json
import threading
import time
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from detente.errors import InputError
from detente.reading.model import asking, endpoint
from detente.reading.read import read_text
from detente.report.reading.document import answer as answers

TEXT = """Steel and what came of it

The United States imposed a tariff of 25 percent on steel from Japan on 1 June 2018, it said.

Observers in Brussels see the plan of the Japanese side to
spend $3 billion on American gas as a way out.
"""
KEY = "sk-secret-0123456789"
GOOD = {
    "quote": "the plan of the Japanese side to spend $3 billion on American gas",
    "actor": ["JPN"], "target": ["USA"], "action": "buy", "instrument": "purchase",
    "modality": "considered", "rate": [], "value": [{"amount": 3e9, "unit": "USD"}],
    "goods": ["gas"], "date": None,
}  # fmt: skip


@contextmanager
def serving(answer):
    """Answer every request by a function of the handler; yield the address and what was asked."""
    asked = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            size = int(self.headers["Content-Length"])
            asked.append((self.path, dict(self.headers), json.loads(self.rfile.read(size))))
            with suppress(BrokenPipeError, ConnectionResetError):
                answer(self)

        def log_message(self, *args):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/v1", asked
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def saying(body, status=200, **headers):
    data = body if isinstance(body, bytes) else body.encode()

    def answer(handler):
        handler.send_response(status)
        for name, value in headers.items():
            handler.send_header(name, value)
        handler.send_header("Content-Length", str(len(data)))
        handler.end_headers()
        handler.wfile.write(data)

    return answer


def chat(content):
    return saying(json.dumps({"choices": [{"message": {"content": content}}]}))


def claiming(*claims):
    return chat(json.dumps({"claims": list(claims)}))


def asked_of(answer, seconds=5.0):
    with serving(answer) as (url, asked):
        at = endpoint("some-model", {"DETENTE_MODEL_URL": url, "DETENTE_MODEL_KEY": KEY})
        ask = asking(at, seconds)
        return read_text(TEXT, "2018-07-01", ask=ask, model=at.name), asked


def test_a_claim_that_the_text_bears_out_stands():
    alone = read_text(TEXT, "2018-07-01")
    reading, asked = asked_of(claiming(GOOD))
    (one,) = [s for s in reading.statements if s.id.startswith("m")]
    # the quotation is that of the file, with its line break
    assert one.quote == "the plan of the Japanese side to\nspend $3 billion on American gas"
    assert TEXT[one.start : one.end] == one.quote
    assert (one.actor, one.action, one.value) == (("JPN",), "buy", ((3e9, "USD"),))
    # the rules found no act there: theirs is replaced
    assert len(reading.statements) == len(alone.statements) == 2
    assert not alone.statements[1].core
    assert reading.claims.rejected == ()
    assert any("some-model added" in said.text for said in answers(reading))

    ((path, headers, body),) = asked
    assert path == "/v1/chat/completions"
    assert headers["Authorization"] == f"Bearer {KEY}"
    assert body["response_format"]["json_schema"]["strict"] is True
    system, user = body["messages"]
    assert "United States" not in system["content"]
    assert "plan of the Japanese side" in user["content"]


WRONG = {
    "its quotation is not in the text": {"quote": "Japan will spend $3 billion on American gas"},
    "does not hold the rate 0.25": {"rate": [0.25]},
    "does not hold the rate 0.2": {"quote": "a tariff of 25 percent on steel from Japan",
                                   "rate": [0.2], "value": [], "goods": []},
    "told already: s2": {"modality": "asserted"},
    "does not hold 4e+09 USD": {"value": [{"amount": 4e9, "unit": "USD"}]},
    "does not hold 3e+09 EUR": {"value": [{"amount": 3e9, "unit": "EUR"}]},
    "does not name CHN": {"target": ["CHN"]},
    "does not name firm:ZTE": {"actor": ["firm:ZTE"]},
    "does not hold soybeans": {"goods": ["soybeans"]},
    "does not hold the date 2018-06-01": {"date": "2018-06-01"},
    "action is not of the form": {"action": "bribe"},
    "value is not of the form": {"value": [[3e9, "USD"]]},
    "actor is not of the form": {"actor": "JPN"},
    "rate is not of the form": {"rate": ["25%"]},
    "told already: s": {"quote": "imposed a tariff of 25 percent on steel from Japan",
                        "value": [], "goods": []},
    "not of the form that was asked": {"colour": "red"},
}  # fmt: skip


def test_what_the_text_does_not_bear_out_is_rejected_with_the_reason():
    alone = read_text(TEXT, "2018-07-01")
    claims = [{**GOOD, **change} for change in WRONG.values()]
    reading, _ = asked_of(claiming(*claims, "words", None, 7))
    assert reading.statements == alone.statements
    reasons = [one.reason for one in reading.claims.rejected]
    assert len(reasons) == len(WRONG) + 3
    for why, said in zip(WRONG, reasons, strict=False):
        assert why in said
    assert reading.to_plain()["rejected"][0]["claim"] == WRONG[next(iter(WRONG))]["quote"]


def test_a_quotation_from_beside_the_article_does_not_stand():
    reading, _ = asked_of(claiming({**GOOD, "quote": "the of to", "value": [], "goods": []}))
    assert len(reading.claims.rejected) == 1


def endless(handler):
    handler.send_response(200)
    handler.end_headers()
    while True:
        handler.wfile.write(b"a" * 65536)


def dripping(handler):
    handler.send_response(200)
    handler.end_headers()
    for _ in range(100):
        handler.wfile.write(b" ")
        handler.wfile.flush()
        time.sleep(0.05)


def silent(handler):
    time.sleep(2.5)


def slow_head(handler):
    for letter in b"HTTP/1.1 200 OK\r\n" + b"X: " + b"y" * 100:
        handler.wfile.write(bytes((letter,)))
        handler.wfile.flush()
        time.sleep(0.05)


@pytest.mark.parametrize(
    ("answer", "seconds", "why"),
    [
        (chat("I am sorry, I cannot do that."), 5, "no JSON"),
        (chat("```json\n{}\n```"), 5, "no JSON"),
        (chat(None), 5, "no JSON"),
        (chat("[" * 50_000), 5, "no JSON"),
        (chat('{"answer": []}'), 5, "no list of claims"),
        (chat("[]"), 5, "no list of claims"),
        (saying("<!doctype html><title>Sign in</title>"), 5, "not that of a chat server"),
        (saying(b"\xff\xfe\x00"), 5, "not that of a chat server"),
        (saying("[]"), 5, "not that of a chat server"),
        (saying(f"the key {KEY} is wrong", 500), 5, "answered 500"),
        (saying("no", 401), 5, "answered 401"),
        (saying("", 302, Location="http://127.0.0.1:9/v1"), 5, "answered 302 (another address"),
        (endless, 5, "longer than 1 MB"),
        (dripping, 0.3, "no answer within 0.3 s"),
        (silent, 0.3, "no answer within 0.3 s"),
        (slow_head, 0.3, "no answer within 0.3 s"),
    ],
)
def test_a_server_that_gives_no_answer_is_said_and_not_waited_for(answer, seconds, why):
    start = time.monotonic()
    with pytest.raises(InputError) as caught:
        asked_of(answer, seconds)
    assert why in str(caught.value)
    assert KEY not in str(caught.value)
    assert time.monotonic() - start < 5


def test_nobody_at_home():
    at = endpoint("m", {"DETENTE_MODEL_URL": "http://127.0.0.1:9/v1"})
    with pytest.raises(InputError, match="cannot be reached"):
        asking(at, 2)("text")


@pytest.mark.parametrize(
    ("url", "key", "said"),
    [
        ("", KEY, "is not set"),
        ("ftp://example.org", KEY, "no address"),
        ("https://user:pass@example.org/v1", KEY, "no address"),
        ("http://example.org/v1", KEY, "without encryption"),
        ("https://example.org/v1", "two words", "no key has"),
        ("https://example.org/v1", "a\r\nX-Evil: b", "no key has"),
    ],
)
def test_what_is_no_endpoint_is_refused_without_showing_the_key(url, key, said):
    with pytest.raises(InputError) as caught:
        endpoint("m", {"DETENTE_MODEL_URL": url, "DETENTE_MODEL_KEY": key})
    assert said in str(caught.value)
    assert key not in str(caught.value)
    assert "pass" not in str(caught.value).replace("without", "")


def test_a_key_is_not_shown():
    at = endpoint("m", {"DETENTE_MODEL_URL": "https://example.org/v1", "DETENTE_MODEL_KEY": KEY})
    assert KEY not in repr(at)
    reading, _ = asked_of(claiming(GOOD))
    assert KEY not in json.dumps(reading.to_plain())
