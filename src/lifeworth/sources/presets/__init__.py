"""One file per export format; ``by_name`` reads any table whose columns have unmistakable names."""
