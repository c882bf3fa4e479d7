-- What reasons of not paying are called. Entries of the ledger hold the code; a reason that leaves the
-- configuration keeps its last label here.
CREATE TABLE payment_reasons (
  code TEXT NOT NULL PRIMARY KEY,
  label TEXT NOT NULL
);
