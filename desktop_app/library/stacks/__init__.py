"""Which photos are so alike that they are shown as one."""
