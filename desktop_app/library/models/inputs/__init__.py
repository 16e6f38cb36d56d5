"""What a model is given: words as numbers, photos as pixels. Nothing here runs a network, or needs one."""
