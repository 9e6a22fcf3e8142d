"""What runs the flows: the home's Prefect server, deployments, automations, `casbah up`."""
