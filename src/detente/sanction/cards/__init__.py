"""Cards of firms that come with the package."""
