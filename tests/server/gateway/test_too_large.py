"""A body that is too large is refused in a way that a client hears of, also one that writes first and reads then."""

from pathlib import Path

from tests.server.gateway.house import SAY, opened
from tests.server.talk import ALICE

LIMIT = 6 * 1024 * 1024


async def test_a_client_hears_that_its_body_is_too_large(tmp_path: Path, template: Path) -> None:
    body = b'{"model":"lab/stub-1","messages":[{"role":"user","content":"%s"}]}' % (b"x" * 3 * LIMIT)
    headers = {"authorization": f"Bearer {ALICE.key}", "content-type": "application/json"}

    async with opened(tmp_path, template, body_limit=LIMIT) as house:
        response = await house.client.post("/chat/completions", content=body, headers=headers)
        assert response.status_code == 413, response.text
        assert response.json()["error"]["code"] == "request_too_large"
        assert (await house.chat(messages=SAY)).status_code == 200
        assert len(house.stub.requests) == 1
