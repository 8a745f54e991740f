"""Exit with 0 if the program in this container is ready: the health check of the container."""

import os
import sys
from urllib.error import URLError
from urllib.request import Request, urlopen

host = os.environ["ALLOWED_HOSTS"].split(",")[0]
try:
    with urlopen(Request("http://127.0.0.1:8000/readyz", headers={"Host": host}), timeout=10) as answer:
        print(answer.read().decode())  # noqa: T201
except (URLError, TimeoutError) as error:
    sys.exit(f"Not ready: {error}")
