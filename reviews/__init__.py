"""Fidelity reviews: planning, scoring, signing, reports, action plans and records, and who may see and change them."""
