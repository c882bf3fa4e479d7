//! Schema versions. One file a version, written once for both engines with `{type}` tokens; each
//! runs in a transaction of its own. A database newer than the program is refused.

use sea_orm::{ConnectionTrait, DatabaseConnection, TransactionTrait};

use super::query::{Sql, is_sqlite};
use super::{OpenError, Tx};

/// Number, name and text of every version, oldest first. A published version is never edited.
pub(super) const MIGRATIONS: &[(i32, &str, &str)] = &[
    (1, "house", include_str!("migrations/0001_house.sql")),
    (2, "intake", include_str!("migrations/0002_intake.sql")),
    (3, "relief", include_str!("migrations/0003_relief.sql")),
    (4, "duties", include_str!("migrations/0004_duties.sql")),
    (5, "ledger", include_str!("migrations/0005_ledger.sql")),
    (6, "identity", include_str!("migrations/0006_identity.sql")),
    (7, "trace", include_str!("migrations/0007_trace.sql")),
    (8, "journal", include_str!("migrations/0008_journal.sql")),
    (9, "reasons", include_str!("migrations/0009_reasons.sql")),
    (10, "sums", include_str!("migrations/0010_sums.sql")),
    (11, "not paid days", include_str!("migrations/0011_not_paid_days.sql")),
    (12, "drawers", include_str!("migrations/0012_drawers.sql")),
    (13, "matching", include_str!("migrations/0013_matching.sql")),
    (14, "transparency", include_str!("migrations/0014_transparency.sql")),
    (15, "boundaries", include_str!("migrations/0015_boundaries.sql")),
    (16, "news", include_str!("migrations/0016_news.sql")),
    (17, "feedback", include_str!("migrations/0017_feedback.sql")),
    (18, "steering", include_str!("migrations/0018_steering.sql")),
    (19, "budgets", include_str!("migrations/0019_budgets.sql")),
    (20, "desks", include_str!("migrations/0020_desks.sql")),
];

/// The version this program writes.
pub const SCHEMA_VERSION: i32 = MIGRATIONS[MIGRATIONS.len() - 1].0;

/// What a `{token}` of the migration files means: (token, SQLite, PostgreSQL).
const TYPES: [(&str, &str, &str); 5] = [
    ("{uuid}", "BLOB", "UUID"),
    ("{instant}", "TEXT", "TIMESTAMPTZ"),
    ("{blob}", "BLOB", "BYTEA"),
    ("{bool}", "BOOLEAN", "BOOLEAN"),
    // A table that is read by its whole key alone: SQLite keeps it as one tree.
    ("{clustered}", "WITHOUT ROWID", ""),
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
    for (version, name, text) in MIGRATIONS {
        let present = "SELECT COUNT(*) FROM schema_versions WHERE version = $1";
        if conn.number(present, vec![(*version).into()]).await? > 0 {
            continue;
        }
        let tx = conn.begin().await?;
        apply(&tx, text).await?;
        tx.change(
            "INSERT INTO schema_versions (version, name) VALUES ($1, $2)",
            vec![(*version).into(), (*name).into()],
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

/// Splits a migration into statements in one engine's dialect, without comments. A statement that
/// begins with `{sqlite}` or `{postgres}` is meant for that engine alone; `{;}` is a semicolon
/// within a statement (the body of a trigger).
fn statements(text: &str, sqlite: bool) -> Vec<String> {
    let mut plain = String::new();
    for line in text.lines() {
        plain.push_str(line.split("--").next().unwrap_or(""));
        plain.push('\n');
    }
    for (token, on_sqlite, on_postgres) in TYPES {
        plain = plain.replace(token, if sqlite { on_sqlite } else { on_postgres });
    }
    let (own, foreign) =
        if sqlite { ("{sqlite}", "{postgres}") } else { ("{postgres}", "{sqlite}") };
    plain
        .replace("{;}", "\u{1}")
        .split(';')
        .map(str::trim)
        .filter(|s| !s.is_empty() && !s.starts_with(foreign))
        .map(|s| s.strip_prefix(own).unwrap_or(s).trim().replace('\u{1}', ";"))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_rise() {
        assert!(MIGRATIONS.windows(2).all(|pair| pair[0].0 < pair[1].0));
    }

    #[test]
    fn every_token_is_known_to_both_engines() {
        for (_, name, text) in MIGRATIONS {
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
