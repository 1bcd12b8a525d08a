"""What may be added to a taxonomy: screening, merging and counting of proposals. Asks no model."""
