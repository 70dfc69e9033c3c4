"""Keep the State Council's holiday notices (节假日安排), a file a year."""
