"""What there is to know of classes and values; nothing here decides what is written."""
