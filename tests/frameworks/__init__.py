"""picklereg inside task frameworks: the same five errors in each, through real workers in processes of their own."""
