"""Where photos are decoded: in processes of their own, with limits, whose answers are checked."""
