"""What people see of the work: progress, artifacts, summary, lineage, health."""
