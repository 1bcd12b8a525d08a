"""Rules that show whether a sample has the values that it was asked for, an axis to a module.

They look at the built-in values of the built-in axes alone, and refuse only what is surely not
there: what takes judgement is left to the judges.
"""
