//! Every story on SQLite is watched: a request that changes data must append an audit entry, and an
//! answer that shows whole identity numbers must have put the rows on record.

use std::collections::HashSet;

use ansinh::database::{Database, Sql};
use sea_orm::{ConnectionTrait, DbBackend, FromQueryResult};
use uuid::Uuid;

use crate::support::Answer;

/// Tables whose rows are not anybody's data: sessions, queues, the record itself.
const NOT_WATCHED: [&str; 11] = [
    "schema_versions",
    "sessions",
    "jobs",
    "audit_entries",
    "audit_heads",
    "kept_forms",
    "units",
    "unit_links",
    "watched_changes",
    // Derived: the keys of rows, and which rows wait to be compared.
    "match_keys",
    "match_waiting",
];

/// Addresses whose whole point is the record: they may show numbers under another act's name.
const VIEWS: &str = "action IN ('id_number.view', 'intake.download', 'report.export')";

#[derive(FromQueryResult)]
struct Name {
    name: String,
}

/// Counts changes of all tables by triggers.
pub async fn install(db: &Database) {
    let conn = db.read();
    let run = async |sql: String| conn.execute_unprepared(&sql).await.unwrap();
    run("CREATE TABLE watched_changes (n INTEGER NOT NULL)".to_owned()).await;
    run("INSERT INTO watched_changes VALUES (0)".to_owned()).await;
    let sql = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'";
    let tables: Vec<Name> = conn.rows(sql, vec![]).await.unwrap();
    for Name { name } in tables {
        if NOT_WATCHED.contains(&name.as_str()) {
            continue;
        }
        for act in ["INSERT", "UPDATE", "DELETE"] {
            run(format!(
                "CREATE TRIGGER watch_{name}_{act} AFTER {act} ON {name}
                 BEGIN UPDATE watched_changes SET n = n + 1; END"
            ))
            .await;
        }
    }
}

/// Takes the triggers away again.
pub async fn remove(db: &Database) {
    let conn = db.read();
    if db.engine() != DbBackend::Sqlite {
        return;
    }
    let sql = "SELECT name FROM sqlite_schema WHERE type = 'trigger' AND name LIKE 'watch_%'";
    let triggers: Vec<Name> = conn.rows(sql, vec![]).await.unwrap();
    for Name { name } in triggers {
        conn.execute_unprepared(&format!("DROP TRIGGER {name}")).await.unwrap();
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, FromQueryResult)]
pub struct Counts {
    changes: i64,
    acts: i64,
}

/// Looks at the database before and after each request.
#[derive(Clone)]
pub struct Watch(Database);

impl Watch {
    /// `None` on PostgreSQL, where counters outlive what is rolled back.
    pub fn of(db: &Database) -> Option<Self> {
        (db.engine() == DbBackend::Sqlite).then(|| Self(db.clone()))
    }

    /// In one statement: an act and its record become visible together.
    pub async fn counts(&self) -> Counts {
        let sql = "SELECT (SELECT COALESCE(MAX(n), 0) FROM watched_changes) AS changes,
                          (SELECT COUNT(*) FROM audit_entries) AS acts";
        self.0.read().row(sql, vec![]).await.unwrap().unwrap()
    }

    /// Panics when the request left no record of what it changed or showed.
    pub async fn check(&self, before: Counts, what: &str, typed: &str, answer: &Answer) {
        let after = self.counts().await;
        assert!(
            after.changes == before.changes || after.acts > before.acts,
            "{what} changed data and left no audit entry"
        );
        if !answer.status.is_success() || answer.content_type.contains("sheet") {
            return;
        }
        let shown = numbers_in(&answer.body);
        if shown.is_empty() {
            return;
        }
        let digits: String = typed.chars().filter(char::is_ascii_digit).collect();
        let recorded = self.recorded(after.acts - before.acts).await;
        for number in shown.iter().filter(|number| !digits.contains(number.as_str())) {
            let owners = self.owners(number).await;
            let known = owners.is_empty()
                || recorded.whole_file
                || owners.iter().any(|owner| recorded.entries.contains(owner));
            assert!(known, "{what} shows the number of {owners:?} and names nobody in the record");
        }
    }

    async fn owners(&self, number: &str) -> Vec<Uuid> {
        #[derive(FromQueryResult)]
        struct Id {
            id: Uuid,
        }
        let sql = "SELECT id FROM list_entries WHERE id_number = $1";
        let rows: Vec<Id> = self.0.read().rows(sql, vec![number.into()]).await.unwrap();
        rows.into_iter().map(|row| row.id).collect()
    }

    async fn recorded(&self, newest: i64) -> Recorded {
        #[derive(FromQueryResult)]
        struct View {
            subject_kind: String,
            entries: Option<Vec<u8>>,
        }
        let sql = format!(
            "SELECT subject_kind, entries FROM
               (SELECT * FROM audit_entries ORDER BY rowid DESC LIMIT {newest}) WHERE {VIEWS}"
        );
        let views: Vec<View> = self.0.read().rows(&sql, vec![]).await.unwrap();
        let mut recorded = Recorded::default();
        for view in views {
            let entries = view.entries.unwrap_or_default();
            recorded.entries.extend(entries.chunks(16).map(|id| Uuid::from_slice(id).unwrap()));
            recorded.whole_file |= view.subject_kind == "file";
        }
        recorded
    }
}

#[derive(Default)]
struct Recorded {
    entries: HashSet<Uuid>,
    /// Rows of an uploaded file are on record by the file.
    whole_file: bool,
}

/// What may be an identity number: 9 or 12 digits standing alone.
fn numbers_in(body: &str) -> HashSet<String> {
    body.split(|c: char| !c.is_ascii_alphanumeric() && c != '-')
        .filter(|word| [9, 12].contains(&word.len()) && word.bytes().all(|b| b.is_ascii_digit()))
        .map(str::to_owned)
        .collect()
}
