"""PostgreSQL as difftool meets it: connections, pg_dump, programs; the only doors to psycopg2 and SQLAlchemy."""
