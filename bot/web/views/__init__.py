"""The views, one module per thing that is looked at; each view is a few lines."""
