"""What can be done at a desk: one method per intention, checked by the rules, recorded as facts.

:class:`timebank.desk.desk.Desk` is the whole of it; the window and the command line are two faces of it.
"""
