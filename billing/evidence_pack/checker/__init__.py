"""The stand-alone checker that goes into every pack: made into one file by source.py."""
