"""Remembers: one file per connection, with what the server said and what I said about it."""
