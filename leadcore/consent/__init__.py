"""The law of consent as data (`regimes/*.toml`) and as pure functions over it.

Knows no Flask, no network, no database and no clock: `today` always comes in as an argument.
Engineering facts with citations, not legal advice.
"""
