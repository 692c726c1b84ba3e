"""Pages of applying and reviewing. Each kind of application mounts them in its own addresses and names itself."""
