"""What ``pytest conformance/`` runs: documents, schemas, recorded interactions, properties."""
