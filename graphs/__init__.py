"""Who speaks after whom: the spec, the compiled graph, and the runner over many samples.

Nothing is imported here: LangGraph costs most of a second, and `taxoloom --help` needs none of it.
"""
