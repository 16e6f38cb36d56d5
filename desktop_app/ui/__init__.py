"""The window: asks the engine, shows what it says, decides nothing."""
