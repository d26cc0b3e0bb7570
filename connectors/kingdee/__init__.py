"""Kingdee Cloud Galaxy (金蝶云星空) through its Web API."""
