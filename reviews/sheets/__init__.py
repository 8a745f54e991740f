"""Show a review as a score sheet, and keep the signed PDF of each final review."""
