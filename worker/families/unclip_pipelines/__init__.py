"""The pipelines that draw by unCLIP, stage by stage."""
