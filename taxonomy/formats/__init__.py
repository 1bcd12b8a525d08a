"""Files that hold a taxonomy: a reader and a writer for each format, and what makes a tree valid.

Knows the tree; nothing of plans.
"""
