"""Work that takes longer than a reader waits: kept on disk, done by processes of their own."""
