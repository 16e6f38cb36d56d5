"""Models that a person has, as a folder, an archive, weights or ONNX files, copied and checked."""
