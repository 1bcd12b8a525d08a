"""Which places of a space samples stand at, and how much of it they cover."""
