"""Tests of what an installation is made of, run by `make test-deploy`: nginx, systemd units, settings, containers."""
