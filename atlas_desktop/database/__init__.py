"""SQLite without opinions: one writer, some readers, migrations, repair. Knows no word of the API."""
