"""E-invoices: what a frozen invoice says in the terms of EN 16931, and which files that makes.

Nothing here renders: delivery/archival.py writes the XML and the PDF in the press's child.
"""
