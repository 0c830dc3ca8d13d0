"""Who serves calls: the providers of the gateway, their keys and their models."""
