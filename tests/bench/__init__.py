"""`make bench`: measure what people and machines wait for, and compare it with budgets and with an earlier run.

Each ruler is a module with one function that returns its figures by name. budgets.py has the limits, results.py writes
and compares, and __main__.py runs the rulers. network.py builds what is measured.

The rulers: instructions.py (million instructions a request), pages.py (queries and bytes of pages), documents.py,
exports.py, records.py and serving.py (processor time), first_visits.py (bytes and layout shift in a browser), and
at_scale.py (every page of a large network).
"""

type Figures = dict[str, float]

SETTINGS = {  # environment variables of every process that measures
    "DJANGO_SETTINGS_MODULE": "tests.bench.settings",
    "SECURE_SSL_REDIRECT": "off",
    "ALLOWED_HOSTS": "localhost,127.0.0.1,testserver",
}
