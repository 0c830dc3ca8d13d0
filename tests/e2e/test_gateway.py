"""A program and a provider of this computer meet in the app, by keys only: from no provider to a refund overturned."""

import asyncio
import subprocess
import sys
from pathlib import Path

import openai

from atlas_desktop.api import AsyncAtlas
from atlas_desktop.contract.refunds import RefundRow
from atlas_desktop.contract.secret import Secret
from tests.e2e.drive import App
from tests.e2e.test_one_reviewer import start_with_the_sample
from tests.ui.operations.providing import providing

MODEL = "meta-llama/Llama-3.1-8B-Instruct"
OPERATION = "triage_ticket"
REASON = "A made-up number, and nobody's."
BAD, GOOD = "my ssn is 078-05-1120", "the printer is on fire"
PROMPT_USD, COMPLETION_USD = 1000, 3000
"""For a million tokens."""


def test_from_no_provider_to_a_refund_overturned(tmp_path: Path) -> None:
    with providing() as stub, App(tmp_path / "home") as app:
        start_with_the_sample(app)
        set_up(app, stub.base_url)
        client = point_at_it(app)
        ask(client, GOOD)
        bind_a_gate(app)
        ask(client, GOOD)
        refunded, price = ask(client, BAD)
        see_the_refund(app, refunded, price)
        correct_it(app, refunded)
        overturn_it(app, refunded)
        (row,) = asyncio.run(refunds(str(client.base_url), client.api_key))
        app.quit()
    assert (row.call_id, row.state, row.note, row.metered) == (refunded, "overturned", REASON, True)


def set_up(app: App, base_url: str) -> None:
    """The endpoint of this computer as a provider: from its preset, tried before it is saved."""
    app.keys("G", "P")
    app.until(where="Begin with", asked="ready", providers={})
    app.keys("J", "J", "Enter")
    app.until(where="Address")
    app.keys("Ctrl+A")
    app.write(base_url)
    app.keys("Esc", "E", "Tab", "Tab", "Tab")
    app.until(where="Price of a million prompt tokens")
    app.write(str(PROMPT_USD))
    app.keys("Tab")
    app.write(str(COMPLETION_USD))
    app.keys("Ctrl+R")
    app.until(tried=True)
    app.keys("Ctrl+Enter")
    app.until(providers={"vllm": 1})
    app.keys("Esc")


def point_at_it(app: App) -> openai.OpenAI:
    """A key from the screen, and the lines it copies: they run as they are."""
    app.keys("N")
    app.until(where="Name of a new key")
    app.keys("Enter")
    app.until(where="Copy key")
    key = app.keys("Space")["copied"]
    lines = app.keys("Shift+Y")["copied"]
    ran = subprocess.run(
        [sys.executable, "-c", lines], capture_output=True, text=True, timeout=60, check=False
    )
    assert (ran.stdout, ran.stderr) == ("You said: Hello\n", "")
    app.keys("Esc")
    return openai.OpenAI(base_url=app.keys("Y")["copied"], api_key=key, max_retries=0)


def ask(client: openai.OpenAI, text: str) -> tuple[str, int]:
    """One call of the operation: its id, and its price in billionths of a dollar."""
    made = client.chat.completions.create(
        model="atlas-1", messages=[{"role": "user", "content": text}], metadata={"operation_id": OPERATION}
    )
    assert made.choices[0].message.content == f"You said: {text}"
    assert made.usage is not None
    return made.id, 1000 * (
        made.usage.prompt_tokens * PROMPT_USD + made.usage.completion_tokens * COMPLETION_USD
    )


def bind_a_gate(app: App) -> None:
    """The tag of the call is an operation that can be defined; a rule of it becomes its gate."""
    app.keys("G", "O")
    app.keys("/")
    app.until(where="Find an operation")
    app.write(OPERATION)
    app.until(operation=OPERATION)
    app.keys("Enter")
    app.until(where="Operations")
    app.keys("Ctrl+Enter")
    app.until(defined=True)
    app.keys("R")
    app.until(where="Name")
    app.write("No SSN")
    app.keys("Tab")
    app.write("ev_no_ssn")
    app.keys("Tab")
    app.write("ssn")
    app.keys("Tab", "Right", "Space", "Ctrl+Enter")
    app.until(where="Evaluators that are no gates here")
    app.keys("A")
    app.until(where="Least score of No SSN")
    app.keys("Ctrl+Enter")
    app.until(bound={"ev_no_ssn": 1.0})
    app.keys("Esc")


def see_the_refund(app: App, call: str, price: int) -> None:
    """What scored below the gate is off the bill: in Usage, in Refunds, and on the call."""
    app.keys("G", "B")
    seen = app.until(refunded=price)
    assert seen["net"] == seen["gross"] - price
    app.keys("2")
    app.until(where="Refunds", refunds=[call])
    app.keys("Enter")
    app.until(screen="review", call=call, painted=True, metered=False)


def correct_it(app: App, call: str) -> None:
    """What should have been said."""
    app.keys("E")
    app.until(editing=True, call=call)
    app.keys("Ctrl+A")
    app.write("You said something private.")
    app.keys("Ctrl+Enter")
    app.until(pending=0, today=1, editing=False, focus="CallList")


def overturn_it(app: App, call: str) -> None:
    """The reviewer finds that the evaluator was wrong: the call is metered again, for a reason that is kept."""
    app.keys("G", "B")
    app.until(where="Refunds", refunds=[call])
    app.keys("O")
    app.until(where="Reason")
    app.write(REASON)
    app.keys("Ctrl+Enter")
    app.until(refunds=[])
    app.keys("]", "]")
    app.until(refunds_of="overturned", refunds=[call])
    app.keys("1")
    seen = app.until(refunded=0)
    assert seen["net"] == seen["gross"]


async def refunds(url: str, key: str) -> list[RefundRow]:
    """As the server has them, asked with the program's key."""
    async with AsyncAtlas(url, Secret(key)) as client:
        return (await client.refunds.list()).data
