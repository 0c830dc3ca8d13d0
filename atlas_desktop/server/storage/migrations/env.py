"""What Alembic runs: the migrations, on the connection handed over by storage.migrate."""

from alembic import context

from atlas_desktop.server.storage.every_table import metadata

context.configure(
    connection=context.config.attributes["connection"], target_metadata=metadata, transactional_ddl=True
)
with context.begin_transaction():
    context.run_migrations()
