"""Vouchers and passbooks on paper: one paint routine for preview, printer and PDF."""
