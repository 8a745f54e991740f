"""Exports of finished reviews as PDF, workbook, tables and JSON lines."""
