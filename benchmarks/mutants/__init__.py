"""Mutation testing: small changes of the code, and whether a test fails of each."""
