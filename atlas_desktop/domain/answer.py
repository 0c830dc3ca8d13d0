"""What a model answered, as one text: what is corrected, compared and scored."""

import orjson

from atlas_desktop.contract.chat import Message


def answer_text(message: Message) -> str:
    """The exact text of an answer; parts of text one after the other. An answer of tool calls only is their JSON."""
    content = message.content
    if isinstance(content, str) and content:
        return content
    if isinstance(content, list):
        texts = [
            part["text"] for part in content if isinstance(part, dict) and isinstance(part.get("text"), str)
        ]
        if texts:
            return "".join(texts)
    if message.tool_calls:
        return orjson.dumps(message.tool_calls, option=orjson.OPT_INDENT_2).decode()
    return ""
