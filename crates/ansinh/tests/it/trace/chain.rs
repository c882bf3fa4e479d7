//! Every act becomes part of one chain, and whatever is done to it afterwards is found.

use ansinh::audit::{self, Act, Fault, Head};
use ansinh::database::{Database, Sql};
use ansinh::web::Error;
use chrono::{DateTime, SecondsFormat, Utc};
use sea_orm::{ConnectionTrait, DbBackend, FromQueryResult};
use serde_json::json;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::on_both;
use crate::support::{TestApp, start_instant};

async fn note(db: &Database, at: DateTime<Utc>, what: &str) {
    db.run_tx::<_, Error, _, _>("test.note", |tx| async move {
        let act = Act {
            action: "test.note",
            subject_kind: "test",
            subject_id: what.to_owned(),
            detail: json!({ "what": what }),
        };
        audit::record_unsigned(&tx, None, "42", at, act).await?;
        Ok((tx, ()))
    })
    .await
    .unwrap();
}

/// Seals what the making of the accounts left, so that a story's own entries begin at 1 + this.
async fn earlier(t: &TestApp) -> i64 {
    i64::try_from(audit::seal(&t.app.db).await.unwrap()).unwrap()
}

pub async fn notes(t: &TestApp, count: usize) {
    for at in 0..count {
        note(&t.app.db, t.app.clock.now(), &format!("việc {at}")).await;
        t.pass(chrono::Duration::seconds(1));
    }
}

pub async fn run(t: &TestApp, sql: &str) -> Result<u64, sea_orm::DbErr> {
    t.app.db.read().execute_unprepared(sql).await.map(|done| done.rows_affected())
}

/// Lets somebody with the database's own password do as he likes.
pub async fn unguard(t: &TestApp) {
    let all: &[&str] = match t.app.db.engine() {
        DbBackend::Sqlite => {
            &["DROP TRIGGER audit_entries_sealed_once", "DROP TRIGGER audit_entries_kept"]
        }
        _ => &["ALTER TABLE audit_entries DISABLE TRIGGER ALL"],
    };
    for sql in all {
        run(t, sql).await.unwrap();
    }
}

async fn faults(t: &TestApp) -> Vec<Fault> {
    audit::verify_sealed(t.app.db.read(), &[]).await.unwrap().faults
}

async fn acts_of_all_kinds_are_sealed_without_gaps_and_the_chain_is_whole(t: TestApp) {
    let mut wrong = t.visitor();
    wrong.post("/dang-nhap", &[("ten_dang_nhap", "x18196"), ("mat_khau", "sai")]).await;
    for name in ["x18196", "h439", "tinh42"] {
        t.sign_in(name).await;
    }
    notes(&t, 20).await;
    let all = t.number("SELECT COUNT(*) FROM audit_entries").await;
    assert_eq!(audit::unsealed(t.app.db.read()).await.unwrap(), all, "counted until sealed");
    let found = audit::verify(&t.app.db, &[]).await.unwrap();
    assert_eq!((found.entries, found.unsealed, found.faults.as_slice()), (all, 0, [].as_slice()));
    assert_eq!(found.head, audit::last(t.app.db.read()).await.unwrap());
    assert_eq!(found.head.seq, all);
    assert_eq!(audit::seal(&t.app.db).await.unwrap(), 0, "nothing is sealed twice");
}
on_both!(acts_of_all_kinds_are_sealed_without_gaps_and_the_chain_is_whole);

async fn sealers_at_the_same_instant_make_one_chain(t: TestApp) {
    for round in 0..5 {
        notes(&t, 60).await;
        let db = &t.app.db;
        let late = async {
            for at in 0..20 {
                note(db, start_instant(), &format!("{round} {at}")).await;
            }
        };
        let (a, b, c, ()) = tokio::join!(audit::seal(db), audit::seal(db), audit::seal(db), late);
        assert!(a.is_ok() && b.is_ok() && c.is_ok(), "{a:?} {b:?} {c:?}");
    }
    let found = audit::verify(&t.app.db, &[]).await.unwrap();
    assert_eq!((found.unsealed, found.faults.as_slice()), (0, [].as_slice()));
    assert_eq!(found.entries, t.number("SELECT COUNT(*) FROM audit_entries").await);
}
on_both!(sealers_at_the_same_instant_make_one_chain);

async fn what_commits_after_later_ids_were_sealed_is_not_skipped(t: TestApp) {
    if t.app.db.engine() == DbBackend::Sqlite {
        return; // One writer: nothing commits out of order.
    }
    let (db, early) = (t.app.db.clone(), start_instant());
    let before = earlier(&t).await;
    let (wrote, go_on) = (tokio::sync::Notify::new(), tokio::sync::Notify::new());
    let slow = db.run_tx::<_, Error, _, _>("test.slow", |tx| async {
        let act = Act {
            action: "test.slow",
            subject_kind: "test",
            subject_id: String::new(),
            detail: json!({}),
        };
        audit::record_unsigned(&tx, None, "42", early, act).await?;
        wrote.notify_one();
        go_on.notified().await;
        Ok((tx, ()))
    });
    let others = async {
        wrote.notified().await;
        t.pass(chrono::Duration::hours(1));
        notes(&t, 10).await;
        assert_eq!(audit::seal(&db).await.unwrap(), 10, "the open transaction is not seen");
        go_on.notify_one();
    };
    let (slow, ()) = tokio::join!(slow, others);
    slow.unwrap();
    assert_eq!(audit::unsealed(db.read()).await.unwrap(), 1);
    let found = audit::verify(&db, &[]).await.unwrap();
    assert_eq!((found.entries, found.unsealed, found.faults.len()), (before + 11, 0, 0));
    let last = t.number("SELECT seq FROM audit_entries WHERE action = 'test.slow'").await;
    assert_eq!(last, before + 11);
}
on_both!(what_commits_after_later_ids_were_sealed_is_not_skipped);

async fn a_clumsy_operator_is_stopped_by_the_database_itself(t: TestApp) {
    let before = t.number("SELECT COUNT(*) FROM audit_entries").await;
    notes(&t, 3).await;
    for phase in ["unsealed", "sealed"] {
        for sql in [
            "UPDATE audit_entries SET detail = 'x'",
            "UPDATE audit_entries SET seq = NULL, hash = NULL",
            "DELETE FROM audit_entries",
        ] {
            let refused = run(&t, sql).await.unwrap_err().to_string();
            assert!(refused.contains("audit_sealed"), "{phase}: {sql}: {refused}");
        }
        audit::seal(&t.app.db).await.unwrap();
    }
    if t.app.db.engine() != DbBackend::Sqlite {
        assert!(run(&t, "TRUNCATE audit_entries").await.is_err());
    }
    assert_eq!(audit::verify(&t.app.db, &[]).await.unwrap().entries, before + 3);
}
on_both!(a_clumsy_operator_is_stopped_by_the_database_itself);

async fn every_altered_field_is_found_and_where(t: TestApp) {
    notes(&t, 30).await;
    audit::seal(&t.app.db).await.unwrap();
    unguard(&t).await;
    let hash = if t.app.db.engine() == DbBackend::Sqlite {
        ("zeroblob(32)", "x'00'", "x'00000000000070008000000000000000'")
    } else {
        (
            "decode(repeat('00', 32), 'hex')",
            "'\\x00'::bytea",
            "'00000000-0000-7000-8000-000000000000'::uuid",
        )
    };
    let keep = "CREATE TABLE kept AS SELECT * FROM audit_entries";
    run(&t, keep).await.unwrap();
    for (column, value) in [
        ("detail", "'{\"what\":\"viec 11\"}'"),
        ("action", "'test.other'"),
        ("subject_kind", "''"),
        ("subject_id", "subject_id || ' '"),
        ("province_code", "'43'"),
        ("unit_code", "''"),
        ("commune_code", "'18196'"),
        ("entries", hash.1),
        ("account_id", "id"),
        ("id", hash.2),
        ("at", "(SELECT k.at FROM kept k WHERE k.seq = 5)"),
        ("prev_hash", hash.0),
        ("hash", hash.0),
    ] {
        run(&t, &format!("UPDATE audit_entries SET {column} = {value} WHERE seq = 12"))
            .await
            .unwrap();
        assert_eq!(faults(&t).await, [Fault::Altered { seq: 12 }], "{column}");
        let back = format!(
            "UPDATE audit_entries SET {column} = (SELECT k.{column} FROM kept k WHERE k.seq = 12)
             WHERE seq = 12"
        );
        run(&t, &back).await.unwrap();
        assert_eq!(faults(&t).await, [], "{column} is put back");
    }
}
on_both!(every_altered_field_is_found_and_where);

/// One byte of a text, of a hash, of an id: each single one of an entry.
async fn every_single_changed_byte_of_an_entry_is_found_and_where(t: TestApp) {
    notes(&t, 6).await;
    audit::seal(&t.app.db).await.unwrap();
    unguard(&t).await;
    let seq = 3;
    let sqlite = t.app.db.engine() == DbBackend::Sqlite;
    for column in ["action", "subject_kind", "subject_id", "province_code", "unit_code", "detail"] {
        let length =
            format!("SELECT CAST(LENGTH({column}) AS BIGINT) FROM audit_entries WHERE seq = {seq}");
        for at in 1..=t.number(&length).await {
            let flip = format!(
                "UPDATE audit_entries SET {column} = SUBSTR({column}, 1, {at} - 1)
                   || CASE SUBSTR({column}, {at}, 1) WHEN 'x' THEN 'y' ELSE 'x' END
                   || SUBSTR({column}, {at} + 1) WHERE seq = {seq}"
            );
            changed_and_back(&t, column, seq, &flip).await;
        }
    }
    for column in ["prev_hash", "hash"] {
        for at in 0..32 {
            let flip = if sqlite {
                // SQLite has no way to set a byte; its hexadecimal text has.
                format!(
                    "UPDATE audit_entries SET {column} = unhex(SUBSTR(HEX({column}), 1, {at} * 2)
                       || CASE SUBSTR(HEX({column}), {at} * 2 + 1, 1) WHEN '0' THEN '1' ELSE '0' END
                       || SUBSTR(HEX({column}), {at} * 2 + 2)) WHERE seq = {seq}"
                )
            } else {
                format!(
                    "UPDATE audit_entries SET {column} = SET_BYTE({column}, {at},
                       GET_BYTE({column}, {at}) # 1) WHERE seq = {seq}"
                )
            };
            changed_and_back(&t, column, seq, &flip).await;
        }
    }
}
on_both!(every_single_changed_byte_of_an_entry_is_found_and_where);

/// Changes a column of one entry, looks what verifying says, and puts it back.
async fn changed_and_back(t: &TestApp, column: &str, seq: i64, change: &str) {
    run(t, "DROP TABLE IF EXISTS kept").await.unwrap();
    run(t, "CREATE TABLE kept AS SELECT * FROM audit_entries").await.unwrap();
    assert_eq!(run(t, change).await.unwrap(), 1);
    assert_eq!(faults(t).await, [Fault::Altered { seq }], "{change}");
    let back = format!(
        "UPDATE audit_entries SET {column} = (SELECT k.{column} FROM kept k WHERE k.seq = {seq})
         WHERE seq = {seq}"
    );
    run(t, &back).await.unwrap();
    assert_eq!(faults(t).await, [], "{column} is put back");
}

async fn removed_inserted_and_moved_entries_are_told_by_number(t: TestApp) {
    let before = earlier(&t).await;
    notes(&t, 30).await;
    audit::seal(&t.app.db).await.unwrap();
    unguard(&t).await;
    for sql in [
        "UPDATE audit_entries SET seq = 1012 WHERE seq = 12",
        "UPDATE audit_entries SET seq = 12 WHERE seq = 13",
        "UPDATE audit_entries SET seq = 13 WHERE seq = 1012",
    ] {
        run(&t, sql).await.unwrap();
    }
    let moved = [Fault::Moved { seq: 12, sealed_as: 13 }, Fault::Moved { seq: 13, sealed_as: 12 }];
    assert_eq!(faults(&t).await, moved);
    run(&t, "DELETE FROM audit_entries WHERE seq IN (12, 13)").await.unwrap();
    assert_eq!(faults(&t).await, [Fault::Removed { from: 12, to: 13 }]);
    run(&t, "UPDATE audit_entries SET seq = 77 WHERE seq = 20").await.unwrap();
    let found = faults(&t).await;
    assert!(found.contains(&Fault::Removed { from: 20, to: 20 }), "{found:?}");
    assert!(found.contains(&Fault::Inserted { seq: 77 }), "{found:?}");
    run(&t, "DELETE FROM audit_entries WHERE seq > 25").await.unwrap();
    let found = faults(&t).await;
    let tail = Fault::Removed { from: 26, to: before + 30 };
    assert!(found.contains(&tail), "the tail is missed: {found:?}");
}
on_both!(removed_inserted_and_moved_entries_are_told_by_number);

#[derive(FromQueryResult)]
struct Row {
    id: Uuid,
    at: DateTime<Utc>,
    action: String,
    subject_kind: String,
    subject_id: String,
    prev_hash: Vec<u8>,
}

/// docs/AUDIT.md, written a second time.
fn documented_hash(row: &Row, seq: i64, detail: &str) -> Vec<u8> {
    let mut sha = Sha256::new();
    sha.update(&row.prev_hash);
    for field in [
        &seq.to_string(),
        &row.id.to_string(),
        &row.at.to_rfc3339_opts(SecondsFormat::Micros, true),
        "",
        &row.action,
        &row.subject_kind,
        &row.subject_id,
        "42",
        "42",
        "",
        "",
        detail,
    ] {
        sha.update(format!("{}:{field},", field.len()));
    }
    sha.finalize().to_vec()
}

async fn an_entry_rewritten_with_a_fitting_hash_and_a_lost_printed_head_are_found(t: TestApp) {
    let before = earlier(&t).await;
    notes(&t, 9).await;
    audit::seal(&t.app.db).await.unwrap();
    let printed = audit::head(t.app.db.read(), t.app.clock.today()).await.unwrap();
    assert_eq!(printed.seq, before + 9);
    t.pass(chrono::Duration::days(1));
    notes(&t, 3).await;
    let found = audit::verify(&t.app.db, &[printed]).await.unwrap();
    assert_eq!(found.faults, []);
    let yesterday = t.app.clock.today().pred_opt().unwrap();
    assert_eq!(audit::head(t.app.db.read(), yesterday).await.unwrap(), printed);
    unguard(&t).await;
    let conn = t.app.db.read();
    let sql = "SELECT id, at, action, subject_kind, subject_id, prev_hash FROM audit_entries
        WHERE seq = 4";
    let row: Row = conn.row(sql, vec![]).await.unwrap().unwrap();
    let hash = documented_hash(&row, 4, "{\"what\":\"không có gì\"}");
    let sql = "UPDATE audit_entries SET detail = '{\"what\":\"không có gì\"}', hash = $1
        WHERE seq = 4";
    conn.change(sql, vec![hash.into()]).await.unwrap();
    assert_eq!(faults(&t).await, [Fault::Replaced { seq: 4 }]);
    let other = Head { hash: [7; 32], ..printed };
    let found = audit::verify(&t.app.db, &[other]).await.unwrap().faults;
    assert!(found.contains(&Fault::Printed { seq: printed.seq }), "{found:?}");
}
on_both!(an_entry_rewritten_with_a_fitting_hash_and_a_lost_printed_head_are_found);

async fn the_command_ends_with_1_and_names_the_entry(t: TestApp) {
    notes(&t, 5).await;
    let address = address_of(&t).await;
    let verify = || {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_ansinh"));
        command.args(["audit", "verify", "--data", &address]).output().unwrap()
    };
    let whole = verify();
    let told = String::from_utf8_lossy(&whole.stdout).into_owned();
    assert!(whole.status.success() && told.contains("the chain is whole"), "{told}");
    let head = audit::last(t.app.db.read()).await.unwrap();
    assert!(told.contains(&format!("head {head}")), "{told}");
    unguard(&t).await;
    run(&t, "UPDATE audit_entries SET detail = '{}' WHERE seq = 3").await.unwrap();
    let broken = verify();
    let told = String::from_utf8_lossy(&broken.stdout).into_owned();
    assert_eq!(broken.status.code(), Some(1), "{told}");
    assert!(told.contains("seq 3: altered"), "{told}");
}
on_both!(the_command_ends_with_1_and_names_the_entry);

/// What `--data` takes to open the story's own database.
pub async fn address_of(t: &TestApp) -> String {
    #[derive(FromQueryResult)]
    struct Text {
        text: String,
    }
    let sqlite = t.app.db.engine() == DbBackend::Sqlite;
    let sql = if sqlite {
        "SELECT file AS text FROM pragma_database_list WHERE name = 'main'"
    } else {
        "SELECT CAST(current_database() AS TEXT) AS text"
    };
    let row: Text = t.app.db.read().row(sql, vec![]).await.unwrap().unwrap();
    if sqlite {
        return row.text.trim_end_matches("/ansinh.db").to_owned();
    }
    #[expect(clippy::disallowed_methods, reason = "where the test server is")]
    let server = std::env::var("ANSINH_TEST_POSTGRES").unwrap();
    format!("{server}/{}", row.text)
}

/// `times` 20,000 entries, spread over these accounts and units; seven of eight are payments.
pub async fn many(t: &TestApp, times: usize, actors: Vec<(Uuid, String)>) {
    let (now, db) = (t.app.clock.now(), &t.app.db);
    let columns = [
        "id",
        "at",
        "account_id",
        "action",
        "subject_kind",
        "subject_id",
        "province_code",
        "unit_code",
        "detail",
    ];
    for batch in 0..times {
        let rows = (0..20_000).map(|at| {
            let now =
                now + chrono::Duration::milliseconds(i64::try_from(batch * 20_000 + at).unwrap());
            let id = ansinh::clock::new_id(now).unwrap();
            let (account, unit) = &actors[at % actors.len()];
            let action = if at % 8 == 0 { "session.open" } else { "payment.record" };
            let detail = format!("{{\"act\":\"{id}\",\"amount_dong\":1500000,\"kind\":\"paid\"}}");
            vec![
                id.into(),
                now.into(),
                (*account).into(),
                action.into(),
                "entitlement".into(),
                id.to_string().into(),
                "42".into(),
                unit.as_str().into(),
                detail.into(),
            ]
        });
        let rows: Vec<_> = rows.collect();
        db.run_tx::<_, Error, _, _>("test.many", |tx| {
            let rows = rows.clone();
            async move {
                ansinh::database::bulk_insert(&tx, "audit_entries", &columns, rows, "").await?;
                Ok((tx, ()))
            }
        })
        .await
        .unwrap();
    }
}

/// How long a million entries take: `cargo test --release --test it a_million -- --ignored --nocapture`.
async fn a_million_entries_are_sealed_and_verified(t: TestApp) {
    many(&t, 50, vec![(Uuid::nil(), "18196".to_owned())]).await;
    let db = &t.app.db;
    let clock = ansinh::clock::Clock::system();
    let begun = clock.now();
    audit::seal(db).await.unwrap();
    let sealed = clock.now();
    let found = audit::verify(db, &[]).await.unwrap();
    let took = (sealed - begun, clock.now() - sealed);
    let (sealing, verifying) = (took.0.as_seconds_f64(), took.1.as_seconds_f64());
    eprintln!("{} entries: sealed in {sealing:.1} s, verified in {verifying:.1} s", found.entries);
    assert!(found.faults.is_empty() && found.entries >= 1_000_000);
}

mod a_million {
    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    #[ignore = "a measurement"]
    async fn sqlite() {
        let engine = crate::support::Engine::Sqlite;
        if let Some(t) = crate::support::TestApp::start(engine).await {
            super::a_million_entries_are_sealed_and_verified(t).await;
        }
    }
}
