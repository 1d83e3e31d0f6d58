// The desk opens at eight and closes at noon.
