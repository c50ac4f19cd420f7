"""The proof: litellm's own errors, really raised, through a real docket worker, before and after picklereg."""
