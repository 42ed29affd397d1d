"""What a leadsite project is and how it reads: model, consent, reading, rendering.

Floor 1: no Flask application, no network, no database.
"""
