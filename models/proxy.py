"""The database that models speak to, bound when a program starts."""

from peewee import DatabaseProxy

db = DatabaseProxy()
