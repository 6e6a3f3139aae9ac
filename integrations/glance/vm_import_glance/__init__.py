"""An import plugin for Glance that asks vm-import about every image."""
