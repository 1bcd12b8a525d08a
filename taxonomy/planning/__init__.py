"""From a taxonomy with axes and constraints to a plan of samples. Knows no file and no decision."""
