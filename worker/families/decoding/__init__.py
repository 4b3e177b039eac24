"""Token by token: rows that stand for themselves, draws of their own, what may follow."""
