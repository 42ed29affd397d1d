"""The store: leads, consent events, deliveries, notices and lists in SQLite or PostgreSQL.

Opens nothing on import. Start at `engine`; each other module takes a Connection.
"""
