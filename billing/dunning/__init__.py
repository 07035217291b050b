"""Asking for what is not paid: reminders before and after the due date."""
