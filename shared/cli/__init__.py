"""The ``bottega`` command.

Modules here import what is heavy (HTTP client, database, stack) inside the functions that need it: ``bottega --help``
is to answer at once.
"""
