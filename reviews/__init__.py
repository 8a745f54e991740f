"""Store who reviews whom and what they find, and decide who may see and change it."""
