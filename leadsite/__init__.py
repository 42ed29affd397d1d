"""Plans, renders, freezes and publishes the sites; the command line. Floor 3: knows all below."""
