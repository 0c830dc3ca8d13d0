"""A server in plain Python: feedback rows with revisions, and what it answers to acts."""

from dataclasses import dataclass, field
from typing import Any

import orjson

from atlas_desktop.contract.feedback import Feedback
from atlas_desktop.domain.opinion import EMPTY, Opinion
from atlas_desktop.store.said import opinion_of
from tests.store.making import ME, a_call, as_json, said_on_server


@dataclass
class ServerModel:
    """Calls by id, their feedback rows in order, one revision counter."""

    revision: int = 0
    calls: dict[str, int] = field(default_factory=dict)
    numbers: dict[str, int] = field(default_factory=dict)
    rows: dict[str, list[Feedback]] = field(default_factory=dict)
    gone: dict[str, int] = field(default_factory=dict)
    tells_mine: bool = False

    def record(self) -> str:
        """A new call."""
        self.revision += 1
        number = len(self.calls) + 1
        call_id = a_call(number, 0)["id"]
        self.calls[call_id], self.numbers[call_id], self.rows[call_id] = self.revision, number, []
        return str(call_id)

    def rate(self, call_id: str, *, by: str, **said: Any) -> None:
        """Another reviewer, or I on another device."""
        self._append(call_id, said_on_server(call_id, self.revision + 1, by=by, **said))

    def delete(self, call_id: str) -> None:
        """The call goes away."""
        self.revision += 1
        self.gone[call_id] = self.revision

    def accept(self, payload: bytes) -> Feedback:
        """An act arrives; the second time it is answered with the first row."""
        body = orjson.loads(payload)
        for row in self.rows[body["call_id"]]:
            if row.id == body["id"]:
                return row
        said = {
            name: body[name] for name in ("rating", "correction", "tags", "comment", "clears") if name in body
        }
        row = said_on_server(body["call_id"], self.revision + 1, op_id=body["id"], **said)
        self._append(body["call_id"], row)
        return row

    def _append(self, call_id: str, row: Feedback) -> None:
        self.revision += 1
        self.rows[call_id].append(row)
        self.calls[call_id] = self.revision

    def standing(self, call_id: str) -> list[Feedback]:
        """The newest row of each reviewer who has not taken it back."""
        newest = {row.reviewer: row for row in self.rows[call_id]}
        return [row for row in newest.values() if not row.clears]

    def effective(self, call_id: str) -> Feedback | None:
        """The newest of these that judges, else the newest."""
        return max(
            self.standing(call_id), key=lambda row: (opinion_of(row).judges, row.revision), default=None
        )

    def tags(self, call_id: str) -> set[str]:
        """Those of the row that counts, and of all that only describe."""
        rows = [row for row in self.standing(call_id) if not opinion_of(row).judges]
        counts = self.effective(call_id)
        return {tag for row in (*rows, *([counts] if counts else [])) for tag in opinion_of(row).tags}

    def correction(self, call_id: str) -> Feedback | None:
        """The newest row that stands and corrects, over all reviewers."""
        corrected = [row for row in self.standing(call_id) if row.correction is not None]
        return max(corrected, key=lambda row: row.revision, default=None)

    def mine(self, call_id: str) -> Opinion:
        """What I say about a call, as the server has it."""
        rows = [row for row in self.rows[call_id] if row.reviewer == ME]
        return opinion_of(rows[-1]) if rows else EMPTY

    def _mine_unseen(self, call_id: str) -> Feedback | None:
        mine = next((row for row in self.standing(call_id) if row.reviewer == ME), None)
        return None if mine in (self.effective(call_id), self.correction(call_id)) else mine

    def changes(self, after: int, limit: int) -> bytes:
        """A page of the changes feed."""
        changed = [
            (revision, call_id) for call_id, revision in self.calls.items() if call_id not in self.gone
        ]
        changed += [(revision, call_id) for call_id, revision in self.gone.items()]
        later = sorted(item for item in changed if item[0] > after)
        data = [self._record(call_id) for _, call_id in later[:limit]]
        more = len(later) > limit
        next_after = later[limit - 1][0] if more else self.revision
        return orjson.dumps({"object": "list", "data": data, "next_after": next_after, "has_more": more})

    def _record(self, call_id: str) -> dict[str, Any]:
        if call_id in self.gone:
            return {"type": "call.deleted", "id": call_id, "revision": self.gone[call_id]}
        number = self.numbers[call_id]
        told = {"mine": as_json(self._mine_unseen(call_id))} if self.tells_mine else {}
        call = a_call(
            number,
            self.calls[call_id],
            feedback=as_json(self.effective(call_id)),
            correction=as_json(self.correction(call_id)),
            feedback_count=len(self.rows[call_id]),
            customer=("north/prod", "north/dev", "halo")[number % 3],
            operation_id=(None, "summarize", "classify")[number % 3],
            ask=f"question {number} about {'refunds' if number % 2 else 'cards'}",
            **told,
        )
        return {"type": "call", "call": call}
