"""Sign in, invite people, and manage accounts, memberships and second factors."""
