"""Alembic's entry: runs the migrations on the connection that `forms_api.store.engine.upgrade` hands over."""

from alembic import context

from forms_api.store.schema import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
