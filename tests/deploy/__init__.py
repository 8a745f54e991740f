"""Tests of what an installation is made of, run by `make test-deploy`: nginx, units, settings; `make test-container`."""
