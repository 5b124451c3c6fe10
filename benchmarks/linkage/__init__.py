"""How well records are linked, beside tools that see them in clear. Needs `pip install -r benchmarks/linkage/requirements.txt`."""
