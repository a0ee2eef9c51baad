"""Paper without a screen: what a voucher shows, its picture for a chat, and reading codes back."""
