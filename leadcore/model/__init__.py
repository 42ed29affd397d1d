"""Frozen values: locales, markets, forms, pages, leads, project. Pure, no input or output."""
