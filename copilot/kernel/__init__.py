"""What every feature stands on: errors, ids, database, blobs, resources, HTTP technique."""
