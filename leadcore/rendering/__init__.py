"""Model to HTML parts that both applications use: words, markdown, forms, templates."""
