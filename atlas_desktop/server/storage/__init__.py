"""What the server remembers: SQLAlchemy Core on SQLite now, on PostgreSQL by URL later."""
