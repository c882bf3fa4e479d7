-- A row's look-ups stand packed in a drawer, which is read newest first (audit/public.rs).
CREATE INDEX audit_entries_packed ON audit_entries (subject_kind, subject_id, id)
  WHERE entries IS NOT NULL;
