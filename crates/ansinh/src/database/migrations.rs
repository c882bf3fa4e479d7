//! Schema versions. One file a version, written once for both engines with `{type}` tokens; each
//! runs in a transaction of its own. A database newer than the program is refused.

use sea_orm::{ConnectionTrait, DatabaseConnection, TransactionTrait};

use super::query::{Sql, is_sqlite};
use super::{OpenError, Tx};

/// Name and text of every version, oldest first. A published version is never edited.
const MIGRATIONS: &[(&str, &str)] = &[
    ("house", include_str!("migrations/0001_house.sql")),
    ("intake", include_str!("migrations/0002_intake.sql")),
    ("relief", include_str!("migrations/0003_relief.sql")),
    ("duties", include_str!("migrations/0004_duties.sql")),
];

/// The version this program writes.
pub const SCHEMA_VERSION: i32 = MIGRATIONS.len() as i32;

/// What a `{token}` of the migration files means: (token, SQLite, PostgreSQL).
const TYPES: [(&str, &str, &str); 4] = [
    ("{uuid}", "BLOB", "UUID"),
    ("{instant}", "TEXT", "TIMESTAMPTZ"),
    ("{blob}", "BLOB", "BYTEA"),
    ("{bool}", "BOOLEAN", "BOOLEAN"),
];

/// Brings the schema to [`SCHEMA_VERSION`].
///
/// # Errors
/// [`OpenError::NewerSchema`], or the engine's.
pub async fn migrate(conn: &DatabaseConnection) -> Result<(), OpenError> {
    conn.execute_unprepared(
        "CREATE TABLE IF NOT EXISTS schema_versions (
           version INTEGER NOT NULL PRIMARY KEY, name TEXT NOT NULL)",
    )
    .await?;
    let found = schema_version(conn).await?;
    if found > SCHEMA_VERSION {
        return Err(OpenError::NewerSchema { found, known: SCHEMA_VERSION });
    }
    for (at, (name, text)) in MIGRATIONS.iter().enumerate().skip(found.max(0) as usize) {
        let version = at as i32 + 1;
        let tx = conn.begin().await?;
        apply(&tx, text).await?;
        tx.change(
            "INSERT INTO schema_versions (version, name) VALUES ($1, $2)",
            vec![version.into(), (*name).into()],
        )
        .await?;
        tx.commit().await?;
    }
    Ok(())
}

/// The version found in the database; 0 when it is empty.
///
/// # Errors
/// The engine's.
pub async fn schema_version<C: super::Conn>(conn: &C) -> Result<i32, sea_orm::DbErr> {
    let version = conn
        .number("SELECT CAST(COALESCE(MAX(version), 0) AS BIGINT) FROM schema_versions", vec![])
        .await?;
    Ok(i32::try_from(version).unwrap_or(i32::MAX))
}

async fn apply(tx: &Tx, text: &str) -> Result<(), sea_orm::DbErr> {
    for statement in statements(text, is_sqlite(tx)) {
        tx.execute_unprepared(&statement).await?;
    }
    Ok(())
}

/// Splits a migration into statements in one engine's dialect, without comments.
fn statements(text: &str, sqlite: bool) -> Vec<String> {
    let mut plain = String::new();
    for line in text.lines() {
        plain.push_str(line.split("--").next().unwrap_or(""));
        plain.push('\n');
    }
    for (token, on_sqlite, on_postgres) in TYPES {
        plain = plain.replace(token, if sqlite { on_sqlite } else { on_postgres });
    }
    plain.split(';').map(|s| s.trim().to_owned()).filter(|s| !s.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_token_is_known_to_both_engines() {
        for (name, text) in MIGRATIONS {
            for sqlite in [true, false] {
                for statement in statements(text, sqlite) {
                    // An empty JSON object is a value, not a token.
                    let rest = statement.replace("'{}'", "");
                    assert!(!rest.contains('{'), "unknown token in {name}: {statement}");
                }
            }
        }
    }
}
