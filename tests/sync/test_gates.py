from hypothesis import given
from hypothesis import strategies as st

from atlas_desktop.sync.answers import Fault, Queue
from atlas_desktop.sync.gates import Gates
from atlas_desktop.sync.pace import Pace
from atlas_desktop.sync.words import problem_of

OPEN = Gates(Pace())
REFUSED = Fault("status", 401, message="Unknown key")
SHUTTING = (Queue.AUTH, Queue.TLS, Queue.REDIRECT, Queue.VERSION)


def test_five_failures_in_a_row_and_no_fewer_mean_one_probe_at_a_time() -> None:
    gates = OPEN
    for _ in range(4):
        gates = gates.failed(Fault("not_sent"), Queue.HOST, 1.0)
    assert not gates.probing
    assert not gates.answered().failed(Fault("not_sent"), Queue.HOST, 1.0).probing
    assert gates.failed(Fault("not_sent"), Queue.HOST, 1.0).probing


def test_only_a_new_key_opens_the_gate_of_the_key() -> None:
    shut = OPEN.failed(REFUSED, Queue.AUTH, 0.0)
    assert shut.closed
    assert shut.lifted().answered().offline(True).offline(False).closed
    assert not shut.new_key().closed


@given(st.lists(st.sampled_from(SHUTTING), min_size=1, max_size=6))
def test_nothing_but_a_person_opens_a_gate(queues: list[Queue]) -> None:
    gates = OPEN
    for queue in queues:
        gates = gates.failed(Fault("status", message="no"), queue, 0.0)
    assert gates.answered().closed
    assert gates.lifted().closed == (Queue.AUTH in queues)
    assert gates.link not in {"online", "offline", "connecting"}


@given(st.lists(st.floats(0, 1000), min_size=1, max_size=20))
def test_no_later_failure_brings_the_next_request_forward(untils: list[float]) -> None:
    gates = OPEN
    for until in untils:
        gates = gates.failed(Fault("status", 429), Queue.LATER, until).answered()
    assert gates.not_before == max(untils)


def test_while_there_is_no_server_only_a_new_one_opens_the_way() -> None:
    gone = OPEN.answered().withdrawn()
    assert gone.closed
    assert gone.link == "offline"
    assert gone.lifted().answered().offline(True).offline(False).closed
    assert gone.offline(True).link == "by_hand"
    assert not gone.new_key().closed


def test_every_gate_says_what_is_wrong_in_whose_words_and_what_is_safe() -> None:
    for queue in SHUTTING:
        gates = OPEN.failed(Fault("status", message="Odd words"), queue, 0.0)
        sentence = problem_of(gates.link, gates.words, 214)
        assert sentence is not None
        assert "Odd words" in sentence
        assert "214 ratings are safe on this computer" in sentence
    assert problem_of("online", "", 3) is None
    assert problem_of("by_hand", "", 3) is None
