"""Statements about clients, logins and their tokens; those that write take the transaction's ``run`` or ``fetch``."""
