"""What campaigns cost: planning, accepting, composing, handing out."""
