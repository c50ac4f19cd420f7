"""What stands in for classes that can't be imported."""
