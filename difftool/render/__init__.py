"""Plans for people (``show_…``, tables printed with rich) and for programs (``formats``, text).

Each is imported from its own module, so that nobody pays for what is not shown. Whatever shows SQL masks the passwords
in it unless it is told ``show_secrets=True``.
"""
