"""What `picklereg check` does."""
