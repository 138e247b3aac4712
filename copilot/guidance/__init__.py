"""What guides a draft: processes, the tone guide and saved replies of a tenant."""
