"""Raw cells → SQL that reads them as ids, numbers, dates and currencies."""
