"""The use cases: one public function is one transaction, one audit entry and one receipt."""
