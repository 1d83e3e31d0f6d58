// The desk opens at eight.
