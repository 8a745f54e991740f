"""What happened since a person was last here, in the reviews and networks that concern them."""
