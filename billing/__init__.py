"""The verbs of the trade: plain functions with ``by=`` and ``now=``, one transaction each."""
