"""The offline model: a stand-in that needs no network, no key and no weights.

A pure function of messages, form and seed. It fills any form, and for the built-in roles writes
readable Chinese or English, with planted faults, so that a newcomer sees the whole machine move.
Importing `chat` brings in langchain-core; nothing here does.
"""
