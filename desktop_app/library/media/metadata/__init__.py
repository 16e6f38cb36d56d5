"""What a file says of itself: EXIF, XMP, IPTC."""
