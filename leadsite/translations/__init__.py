"""The translation loop: extract the messages, merge them into each language's catalogue, say what is still missing."""
