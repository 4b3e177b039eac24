"""Pictures of invented products for the sample campaign: vector drawings of the project's own, on nothing at all."""
