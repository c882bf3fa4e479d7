//! A backup taken while clerks pay is one moment of the database, and a damaged one is found.

use std::path::{Path, PathBuf};

use ansinh::backup::{self, BackupError, Manifest, Target};
use ansinh::database::{Database, Sql, tables};
use ansinh::identity::Scope;
use ansinh::relief::ledger_differences;
use sea_orm::{DbBackend, FromQueryResult};

use super::chain::address_of;
use crate::on_both;
use crate::payments::fixture::*;
use crate::support::{Folder, TestApp, server_does};

fn place(t: &TestApp, name: &str) -> Folder {
    let id = ansinh::clock::new_id(t.app.clock.now()).unwrap();
    let folder = std::env::temp_dir().join("ansinh-tests").join(format!("{name}-{id}"));
    std::fs::create_dir_all(&folder).unwrap();
    Folder(folder)
}

async fn taken(t: &TestApp, out: &Path) -> Manifest {
    backup::take(&t.app.db, "42", out, t.app.clock.now()).await.unwrap()
}

async fn of_one_moment(db: &Database, manifest: &Manifest) {
    let scope = Scope::Province { province: "42".to_owned() };
    assert!(ledger_differences(db.read(), &scope).await.unwrap().is_empty());
    let sql = "SELECT CAST(COALESCE(SUM(paid_dong), 0) AS BIGINT) FROM entitlements";
    assert_eq!(db.read().number(sql, vec![]).await.unwrap(), manifest.ledger.sum_dong);
    let sql = "SELECT COUNT(*) FROM payment_entries";
    let entries = db.read().number(sql, vec![]).await.unwrap();
    assert_eq!(u64::try_from(entries).unwrap(), manifest.ledger.entries);
}

async fn a_backup_taken_while_clerks_pay_holds_one_moment_on_either_engine(t: TestApp) {
    let people: Vec<Someone> = (0..60).map(|n| someone(&format!("Hồ Thị {n}"), "")).collect();
    let ids = approved(&t, SON_KIM, "NCC", &people).await;
    let mut clerk = t.sign_in("x18196").await;
    pay(&mut clerk, &ids[..5]).await;
    let work = place(&t, "backup");
    let out = work.0.join("night");
    let paying = async {
        for id in &ids[5..] {
            pay(&mut clerk, &[*id]).await;
        }
    };
    let (manifest, ()) = tokio::join!(taken(&t, &out), paying);
    assert!(manifest.ledger.entries >= 5 && manifest.ledger.differences == 0, "{manifest:?}");
    assert_eq!(backup::check(&out).unwrap(), manifest);
    let folder = work.0.join("new");
    let restored = backup::restore(&out, &Target::Folder(folder.clone())).await.unwrap();
    assert_eq!(restored, manifest);
    let db = Database::open_folder(&folder).await.unwrap();
    of_one_moment(&db, &manifest).await;
    db.close().await;
    let again = backup::restore(&out, &Target::Folder(folder)).await.unwrap_err();
    assert!(matches!(again, BackupError::NotEmpty(_)), "{again}");
    let here = address_of(&t).await;
    let Some((server, name)) = here.rsplit_once('/').filter(|(at, _)| at.contains("://")) else {
        return;
    };
    let again = backup::restore(&out, &Target::Address(here.clone())).await.unwrap_err();
    assert!(matches!(again, BackupError::NotEmpty(_)), "{again}");
    let other = format!("{name}_restored");
    server_does(server, &format!("CREATE DATABASE {other}")).await;
    let url = format!("{server}/{other}");
    backup::restore(&out, &Target::Address(url.clone())).await.unwrap();
    let db = Database::attach(&url).await.unwrap();
    of_one_moment(&db, &manifest).await;
    db.close().await;
}
on_both!(a_backup_taken_while_clerks_pay_holds_one_moment_on_either_engine);

fn files_of(folder: &Path) -> Vec<PathBuf> {
    let inside = |folder: &Path| -> Vec<PathBuf> {
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect()
    };
    let mut files = inside(&folder.join("tables"));
    files.extend(inside(folder).into_iter().filter(|path| path.is_file()));
    files
}

async fn one_flipped_byte_anywhere_in_a_backup_is_found(t: TestApp) {
    let ids = approved(&t, SON_KIM, "NCC", &[someone("Hồ Thanh Bình", "042064000123")]).await;
    let mut clerk = t.sign_in("x18196").await;
    pay(&mut clerk, &ids).await;
    let work = place(&t, "flip");
    let out = work.0.join("night");
    taken(&t, &out).await;
    for path in files_of(&out) {
        let whole = std::fs::read(&path).unwrap();
        for at in [0, whole.len() / 2, whole.len() - 1] {
            let mut other = whole.clone();
            other[at] ^= 1;
            std::fs::write(&path, &other).unwrap();
            assert!(backup::check(&out).is_err(), "byte {at} of {}", path.display());
        }
        std::fs::write(&path, &whole[..whole.len() - 1]).unwrap();
        assert!(backup::check(&out).is_err(), "the end of {}", path.display());
        std::fs::write(&path, &whole).unwrap();
    }
    backup::check(&out).unwrap();
    let twice = backup::take(&t.app.db, "42", &out, t.app.clock.now()).await.unwrap_err();
    assert!(matches!(twice, BackupError::NotEmpty(_)), "{twice}");
    std::fs::remove_file(out.join("tables/payment_entries.jsonl.gz")).unwrap();
    assert!(backup::check(&out).is_err(), "a missing file");
}
on_both!(one_flipped_byte_anywhere_in_a_backup_is_found);

async fn the_schema_as_read_from_the_migrations_is_the_one_in_the_database(t: TestApp) {
    #[derive(FromQueryResult)]
    struct Name {
        name: String,
    }
    let sqlite = t.app.db.engine() == DbBackend::Sqlite;
    let conn = t.app.db.read();
    let sql = if sqlite {
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'
           AND name <> 'watched_changes'"
    } else {
        "SELECT CAST(table_name AS TEXT) AS name FROM information_schema.tables
         WHERE table_schema = current_schema()"
    };
    let names: Vec<Name> = conn.rows(sql, vec![]).await.unwrap();
    let mut there: Vec<String> = names.into_iter().map(|row| row.name).collect();
    there.sort();
    let mut known: Vec<String> = tables().into_iter().map(|table| table.name).collect();
    known.push("schema_versions".to_owned());
    known.sort();
    assert_eq!(there, known);
    for table in tables() {
        let sql = if sqlite {
            "SELECT name FROM pragma_table_info($1) ORDER BY cid"
        } else {
            "SELECT CAST(column_name AS TEXT) AS name FROM information_schema.columns
             WHERE table_name = $1 AND table_schema = current_schema() ORDER BY ordinal_position"
        };
        let columns: Vec<Name> = conn.rows(sql, vec![table.name.clone().into()]).await.unwrap();
        let columns: Vec<String> = columns.into_iter().map(|row| row.name).collect();
        let read: Vec<String> = table.columns.iter().map(|c| c.name.clone()).collect();
        assert_eq!(columns, read, "{}", table.name);
    }
}
on_both!(the_schema_as_read_from_the_migrations_is_the_one_in_the_database);

async fn the_commands_end_with_0_when_all_is_well_and_with_1_when_not(t: TestApp) {
    let work = place(&t, "commands");
    let (out, new) = (work.0.join("night"), work.0.join("new"));
    let address = address_of(&t).await;
    let run = |words: &[&str]| {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_ansinh"));
        let done = command.args(words).output().unwrap();
        let told = String::from_utf8_lossy(&[done.stdout, done.stderr].concat()).into_owned();
        (done.status.code(), told)
    };
    let (night, data) = (out.to_str().unwrap(), new.to_str().unwrap());
    let (code, told) = run(&["backup", night, "--data", &address]);
    assert_eq!(code, Some(0), "{told}");
    let (code, told) = run(&["backup", "verify", night]);
    assert!(code == Some(0) && told.contains("whole"), "{told}");
    let (code, told) = run(&["restore", night, "--data", data]);
    assert!(code == Some(0) && told.contains("every root is the same"), "{told}");
    let (code, told) = run(&["audit", "verify", "--data", data]);
    assert_eq!(code, Some(0), "{told}");
    for wrong in [
        &["backup", night, "--data", &address][..],
        &["backup", data, "--data", "/nowhere"],
        &["restore", night, "--data", data],
        &["restore", "/nowhere", "--data", data],
        &["backup", "verify", data],
        &["audit", "verify", "--data", "/nowhere"],
    ] {
        let (code, told) = run(wrong);
        assert_eq!(code, Some(1), "{wrong:?}: {told}");
    }
    assert!(!Path::new("/nowhere").exists(), "asking makes no database");
}
on_both!(the_commands_end_with_0_when_all_is_well_and_with_1_when_not);
