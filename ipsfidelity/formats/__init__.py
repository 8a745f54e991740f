"""Date formats that replace Django's: its English formats are those of the United States."""
