"""The surge: a month of orders through the API, a server killed on the way, every order counted."""
