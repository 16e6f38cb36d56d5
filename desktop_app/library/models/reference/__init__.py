"""What compiled models are compared with: open_clip's, run by PyTorch."""
