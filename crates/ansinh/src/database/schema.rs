//! The tables as the migrations describe them, with the meaning of each column that the engines
//! themselves do not tell apart (SQLite keeps a UUID and a file both as BLOB).

use super::migrations::MIGRATIONS;

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// `{uuid}`.
    Uuid,
    /// `{instant}`, UTC, microseconds.
    Instant,
    /// `{blob}`.
    Blob,
    /// `{bool}`.
    Bool,
    /// DATE.
    Date,
    /// TEXT.
    Text,
    /// SMALLINT.
    Small,
    /// INTEGER.
    Int,
    /// BIGINT.
    Big,
    /// DOUBLE PRECISION.
    Double,
}

/// A column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// Name.
    pub name: String,
    /// What it holds.
    pub kind: Kind,
}

/// A table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    /// Name.
    pub name: String,
    /// In the order of the schema.
    pub columns: Vec<Column>,
    /// Columns of the primary key.
    pub key: Vec<String>,
    /// Tables that must be filled before.
    pub refers_to: Vec<String>,
    /// The engine itself keeps it from other tables (triggers): no backup holds it.
    pub derived: bool,
}

/// Tables that triggers fill, and the keys that are made anew of every row that waits.
const DERIVED: [&str; 4] = ["entitlement_sums", "ledger_days", "match_waiting", "match_keys"];

/// All tables but `schema_versions`, each after those it refers to.
pub fn tables() -> Vec<Table> {
    let mut tables: Vec<Table> = Vec::new();
    for (_, _, text) in MIGRATIONS {
        let plain: Vec<&str> =
            text.lines().map(|line| line.split("--").next().unwrap_or("")).collect();
        for statement in plain.join("\n").replace("{;}", " ").split(';') {
            read(statement.trim(), &mut tables);
        }
    }
    in_order(tables)
}

fn read(statement: &str, tables: &mut Vec<Table>) {
    let words: Vec<&str> = statement.split_whitespace().take(6).collect();
    match words.as_slice() {
        ["CREATE", "TABLE", name, ..] => {
            let name = name.split('(').next().unwrap_or(name).to_owned();
            let derived = DERIVED.contains(&name.as_str());
            let (columns, key, refers_to) = (Vec::new(), Vec::new(), Vec::new());
            let mut table = Table { name, columns, key, refers_to, derived };
            for piece in pieces(statement) {
                add(&piece, &mut table);
            }
            tables.push(table);
        }
        ["DROP", "TABLE", name, ..] => tables.retain(|table| table.name != *name),
        ["ALTER", "TABLE", name, what @ ..] => {
            let Some(table) = tables.iter_mut().find(|table| table.name == *name) else { return };
            match what {
                ["ADD", "COLUMN", ..] => {
                    let column = statement.split_once("COLUMN").map_or("", |(_, rest)| rest);
                    add(column, table);
                }
                ["DROP", "COLUMN", column] => table.columns.retain(|c| c.name != *column),
                ["RENAME", "TO", other] => table.name = (*other).to_owned(),
                _ => {}
            }
        }
        _ => {}
    }
}

/// What stands between the outer parentheses, split at the commas outside inner ones.
fn pieces(statement: &str) -> Vec<String> {
    let (mut depth, mut quoted) = (0, false);
    let mut found = vec![String::new()];
    for c in statement.chars() {
        match c {
            '\'' => quoted = !quoted,
            '(' if !quoted => depth += 1,
            ')' if !quoted => depth -= 1,
            ',' if !quoted && depth == 1 => {
                found.push(String::new());
                continue;
            }
            _ => {}
        }
        let outer = c == '(' && depth == 1 && !quoted;
        if depth >= 1
            && !outer
            && let Some(last) = found.last_mut()
        {
            last.push(c);
        }
    }
    found
}

fn add(piece: &str, table: &mut Table) {
    let mut words = piece.split_whitespace();
    let Some(first) = words.next() else { return };
    if let Some(place) = piece.find("REFERENCES") {
        let other: String = piece[place + "REFERENCES".len()..]
            .trim_start()
            .chars()
            .take_while(|c| c.is_alphanumeric() || *c == '_')
            .collect();
        table.refers_to.push(other);
    }
    if first == "PRIMARY" {
        let inner = piece.split(['(', ')']).nth(1).unwrap_or("");
        table.key = inner.split(',').map(|name| name.trim().to_owned()).collect();
        return;
    }
    let kind = match words.next() {
        Some("{uuid}") => Kind::Uuid,
        Some("{instant}") => Kind::Instant,
        Some("{blob}") => Kind::Blob,
        Some("{bool}") => Kind::Bool,
        Some("DATE") => Kind::Date,
        Some("TEXT") => Kind::Text,
        Some("SMALLINT") => Kind::Small,
        Some("INTEGER") => Kind::Int,
        Some("BIGINT") => Kind::Big,
        Some("DOUBLE") => Kind::Double,
        // CONSTRAINT, UNIQUE, CHECK, FOREIGN.
        _ => return,
    };
    table.columns.push(Column { name: first.to_owned(), kind });
    if piece.contains("PRIMARY KEY") {
        table.key = vec![first.to_owned()];
    }
}

fn in_order(mut waiting: Vec<Table>) -> Vec<Table> {
    let mut ready: Vec<Table> = Vec::new();
    while !waiting.is_empty() {
        let known: Vec<String> = ready.iter().map(|table| table.name.clone()).collect();
        let free = |table: &Table| {
            table.refers_to.iter().all(|other| *other == table.name || known.contains(other))
        };
        let (now, later): (Vec<Table>, Vec<Table>) = waiting.into_iter().partition(free);
        if now.is_empty() {
            // A circle: the order of making stands. The test on both engines would show it.
            ready.extend(later);
            return ready;
        }
        ready.extend(now);
        waiting = later;
    }
    ready
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_are_read_with_added_columns_keys_and_order() {
        let tables = tables();
        let place = |name: &str| tables.iter().position(|t| t.name == name).unwrap();
        let of = |name: &str| &tables[place(name)];
        assert_eq!(of("payment_entries").key, ["province_code", "id"]);
        assert_eq!(of("sessions").key, ["token_sha256"]);
        let audit = of("audit_entries");
        assert!(audit.columns.iter().any(|c| c.name == "hash" && c.kind == Kind::Blob));
        assert!(audit.columns.iter().any(|c| c.name == "at" && c.kind == Kind::Instant));
        assert!(place("beneficiary_lists") < place("list_entries"));
        assert!(tables.iter().all(|t| !t.key.is_empty() && !t.columns.is_empty()), "{tables:?}");
    }
}
