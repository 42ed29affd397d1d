"""The forms API: receives leads under a market's consent rules and forwards them to nurture lists.

Floor 2: knows `leadcore`, never `leadsite`.
"""
