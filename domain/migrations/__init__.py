HEAD = "0011"  # the newest revision in versions/, kept here so that a start need not load Alembic
