"""Threads and turns: the writer's queue, pausing and stopping, answers in time, the lock on a library's folder."""
