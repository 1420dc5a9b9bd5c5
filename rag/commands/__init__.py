"""The commands that cli.py assembles; heavy imports stay inside them."""
