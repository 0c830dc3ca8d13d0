"""Alembic's folder: forward-only migrations, numbered."""
