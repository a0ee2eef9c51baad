"""A time bank for elder care: volunteers give hours, elders receive them, vouchers carry them."""

__version__ = "0.1.0"
