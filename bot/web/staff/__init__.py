"""The staff console under /staff: pages rendered here, little JavaScript."""
