"""What belongs to the whole cluster, where ``--scope`` asks for it: roles, memberships, and the database's own matters.

Not to be taken for ``scope.py``, which says which objects of the schema are managed. Cluster-wide statements run as
they are on the target alone: what they lead to is tried under stand-in names, in a transaction that is rolled back.
"""
