//! What a group promises, on an SQLite in memory.

use std::sync::atomic::{AtomicUsize, Ordering};

use sea_orm::{ConnectionTrait, TransactionTrait};

use super::*;
use crate::database::Sql;
use crate::web::Error;

async fn notes() -> Database {
    let db = Database::open("sqlite::memory:").await.unwrap();
    db.writes
        .execute_unprepared("CREATE TABLE notes (n INTEGER PRIMARY KEY, grp INTEGER)")
        .await
        .unwrap();
    db
}

static GROUPS: AtomicUsize = AtomicUsize::new(0);

/// Writes every number; 13 fails after writing, 99 panics.
async fn write(tx: Tx, wanted: Vec<Arc<i64>>) -> Result<(Tx, Vec<i64>), Error> {
    let group = GROUPS.fetch_add(1, Ordering::Relaxed) as i64;
    for n in &wanted {
        tx.change("INSERT INTO notes VALUES ($1, $2)", vec![(**n).into(), group.into()]).await?;
        assert_ne!(**n, 99, "the work breaks");
        if **n == 13 {
            return Err(Error::internal("notes", "unlucky"));
        }
    }
    Ok((tx, wanted.iter().map(|n| **n * 2).collect()))
}

async fn ask(db: &Database, numbers: impl Iterator<Item = i64>) -> Vec<(i64, Result<i64, Error>)> {
    let tasks: Vec<_> = numbers
        .map(|n| {
            let db = db.clone();
            tokio::spawn(async move { (n, db.run_grouped("notes.write", 1, n, write).await) })
        })
        .collect();
    let mut outcomes = Vec::new();
    for task in tasks {
        outcomes.push(task.await.unwrap());
    }
    outcomes
}

async fn count(db: &Database, sql: &str) -> i64 {
    db.writes.number(sql, vec![]).await.unwrap()
}

#[tokio::test]
async fn those_who_wait_share_a_transaction_and_each_gets_its_own_answer() {
    let db = notes().await;
    for (n, answer) in ask(&db, 1000..1600).await {
        assert_eq!(answer.unwrap(), n * 2);
    }
    assert_eq!(count(&db, "SELECT COUNT(*) FROM notes").await, 600);
    let groups = count(&db, "SELECT COUNT(DISTINCT grp) FROM notes").await;
    assert!((3..60).contains(&groups), "600 requests, at most 256 a group: {groups} groups");
    let widest = "SELECT MAX(c) FROM (SELECT COUNT(*) AS c FROM notes GROUP BY grp)";
    assert!(count(&db, widest).await <= 256);
}

#[tokio::test]
async fn a_failure_undoes_only_its_own_request() {
    let db = notes().await;
    for (n, answer) in ask(&db, 0..40).await {
        assert_eq!(answer.is_err(), n == 13, "{n}: {answer:?}");
    }
    assert_eq!(count(&db, "SELECT COUNT(*) FROM notes").await, 39);
    assert_eq!(count(&db, "SELECT COUNT(*) FROM notes WHERE n = 13").await, 0);
}

#[tokio::test]
async fn after_a_panic_the_line_goes_on() {
    let db = notes().await;
    let broken = db.run_grouped("notes.write", 1, 99, write).await;
    assert!(broken.is_err());
    assert_eq!(db.run_grouped("notes.write", 1, 7, write).await.unwrap(), 14);
    assert_eq!(count(&db, "SELECT COUNT(*) FROM notes").await, 1, "the broken group left nothing");
}

#[tokio::test]
async fn who_stops_waiting_does_not_stop_the_act() {
    let db = notes().await;
    // Somebody else holds the writer, so that nobody is answered at once.
    let held = db.writes.begin().await.unwrap();
    let waiting = db.run_grouped("notes.write", 1, 5, write);
    let outcome = tokio::time::timeout(std::time::Duration::from_millis(20), waiting).await;
    held.commit().await.unwrap();
    for _ in 0..500 {
        if count(&db, "SELECT COUNT(*) FROM notes").await == 1 {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(2)).await;
    }
    assert!(outcome.is_err(), "it stopped waiting");
    assert_eq!(count(&db, "SELECT COUNT(*) FROM notes").await, 1);
}

#[tokio::test]
async fn questions_of_one_moment_share_a_statement_and_its_failure() {
    static STATEMENTS: AtomicUsize = AtomicUsize::new(0);
    async fn read(conn: DatabaseConnection, asked: Vec<Arc<i64>>) -> Result<Vec<i64>, Error> {
        STATEMENTS.fetch_add(1, Ordering::Relaxed);
        if asked.iter().any(|n| **n == 13) {
            return Err(Error::internal("notes", "unlucky"));
        }
        let one = conn.number("SELECT CAST(1 AS BIGINT)", vec![]).await?;
        Ok(asked.iter().map(|n| **n + one).collect())
    }
    let db = notes().await;
    for (range, fails) in [(0..12, false), (10..20, true)] {
        STATEMENTS.store(0, Ordering::Relaxed);
        let gather = Duration::from_millis(20);
        let asking = range.map(|n| {
            let db = db.clone();
            tokio::spawn(async move { (n, db.read_gathered("notes.read", gather, n, read).await) })
        });
        for task in asking.collect::<Vec<_>>() {
            let (n, answer) = task.await.unwrap();
            assert_eq!(answer.ok(), (!fails).then_some(n + 1), "{n}");
        }
        let statements = STATEMENTS.load(Ordering::Relaxed);
        assert_eq!(statements, 1);
    }
}
