-- The journal (/nhat-ky) reads acts newest first: ids are UUIDv7, so a span of days is a span of ids.
-- By account for a district or a commune, by act for a province; the province alone needs the key only.
CREATE INDEX audit_entries_by_account ON audit_entries (account_id, id);
CREATE INDEX audit_entries_by_account_act ON audit_entries (account_id, action, id);
CREATE INDEX audit_entries_by_action ON audit_entries (action, id);
-- Nothing asks by (province_code, at) any more; it would lead the journal into sorting a province.
DROP INDEX audit_entries_by_time;
