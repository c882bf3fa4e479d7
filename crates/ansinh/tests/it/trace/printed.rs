//! The head on the printed daily report: whoever rewrites the whole database cannot rewrite paper.

use ansinh::audit;
use ansinh::database::Sql;
use chrono::{DateTime, SecondsFormat, Utc};
use sea_orm::FromQueryResult;
use sha2::{Digest, Sha256};
use sheets::{Limits, Value};
use uuid::Uuid;

use super::chain::{address_of, notes, unguard};
use crate::on_both;
use crate::support::TestApp;

#[derive(FromQueryResult)]
struct Row {
    seq: i64,
    id: Uuid,
    at: DateTime<Utc>,
    account_id: Option<Uuid>,
    action: String,
    subject_kind: String,
    subject_id: String,
    province_code: String,
    unit_code: String,
    commune_code: String,
    entries: Option<Vec<u8>>,
    detail: String,
}

/// docs/AUDIT.md, written a second time.
fn documented_hash(prev: &[u8], row: &Row) -> Vec<u8> {
    let hex = |bytes: &Vec<u8>| bytes.iter().map(|b| format!("{b:02x}")).collect::<String>();
    let mut sha = Sha256::new();
    sha.update(prev);
    for field in [
        row.seq.to_string(),
        row.id.to_string(),
        row.at.to_rfc3339_opts(SecondsFormat::Micros, true),
        row.account_id.map(|id| id.to_string()).unwrap_or_default(),
        row.action.clone(),
        row.subject_kind.clone(),
        row.subject_id.clone(),
        row.province_code.clone(),
        row.unit_code.clone(),
        row.commune_code.clone(),
        row.entries.as_ref().map(hex).unwrap_or_default(),
        row.detail.clone(),
    ] {
        sha.update(format!("{}:{field},", field.len()));
    }
    sha.finalize().to_vec()
}

/// Changes one entry and makes the whole chain after it fit again, days' heads and all: what somebody
/// with the database and this program's source can do.
async fn rewrite_everything(t: &TestApp, changed: i64) {
    unguard(t).await;
    let conn = t.app.db.read();
    let sql = "UPDATE audit_entries SET detail = '{\"what\":\"khong\"}' WHERE seq = $1";
    conn.change(sql, vec![changed.into()]).await.unwrap();
    let sql = "SELECT seq, id, at, account_id, action, subject_kind, subject_id, province_code,
        unit_code, commune_code, entries, detail FROM audit_entries WHERE seq > 0 ORDER BY seq";
    let rows: Vec<Row> = conn.rows(sql, vec![]).await.unwrap();
    let mut prev = vec![0u8; 32];
    for row in rows {
        let hash = documented_hash(&prev, &row);
        let sql = "UPDATE audit_entries SET prev_hash = $1, hash = $2 WHERE seq = $3";
        conn.change(sql, vec![prev.into(), hash.clone().into(), row.seq.into()]).await.unwrap();
        let sql = "UPDATE audit_heads SET hash = $1 WHERE seq = $2";
        conn.change(sql, vec![hash.clone().into(), row.seq.into()]).await.unwrap();
        prev = hash;
    }
}

/// What the report says after "Mốc nhật ký".
fn printed(page: &str) -> String {
    let rest = page.split("Mốc nhật ký").nth(1).expect("a head stands on the report");
    rest.split("class=\"ma\">").nth(1).unwrap().split('<').next().unwrap().to_owned()
}

async fn a_printed_head_tells_of_a_chain_that_was_rewritten_to_fit(t: TestApp) {
    let mut officer = t.sign_in("tinh42").await;
    let empty = officer.get("/bao-cao/hang-ngay").await.page();
    assert!(!empty.contains("Mốc nhật ký"), "nothing is sealed yet: {empty}");
    notes(&t, 8).await;
    audit::seal(&t.app.db).await.unwrap();
    let head = printed(&officer.get("/bao-cao/hang-ngay").await.page());
    let (_, groups) = head.split_once(": ").unwrap();
    assert!(groups.split(' ').count() == 8 && groups.split(' ').all(|g| g.len() == 8), "{head}");
    for user in ["x18196", "h439"] {
        let mut other = t.sign_in(user).await;
        assert_eq!(printed(&other.get("/bao-cao/hang-ngay").await.page()), head, "{user}");
    }
    let file = officer.get("/bao-cao/hang-ngay/tep").await;
    let book = sheets::read(&file.bytes, &Limits::default()).unwrap();
    let told = book.sheets[0].rows.iter().any(|row| {
        let cell = book.sheets[0].cell(row.number, 0).map(|cell| cell.value.clone());
        matches!(cell, Some(Value::Text(text)) if text.contains(&head))
    });
    assert!(told, "the workbook says it, too");
    // Days later the paper still fits, and the day's report still says the same.
    t.pass(chrono::Duration::days(2));
    notes(&t, 5).await;
    audit::seal(&t.app.db).await.unwrap();
    let mut officer = t.sign_in("tinh42").await;
    let day = officer.get("/bao-cao/hang-ngay?ngay=15/5/2020").await.page();
    let at_close = printed(&day);
    let address = address_of(&t).await;
    let verify = |expect: &str| {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_ansinh"));
        command.args(["audit", "verify", "--data", &address]);
        if !expect.is_empty() {
            command.args(["--expect", expect]);
        }
        let done = command.output().unwrap();
        (done.status.code(), String::from_utf8_lossy(&done.stdout).into_owned())
    };
    for paper in [head.as_str(), at_close.as_str()] {
        let (code, told) = verify(paper);
        assert!(code == Some(0) && told.contains("the chain is whole"), "{told}");
    }
    rewrite_everything(&t, 3).await;
    let (code, told) = verify("");
    assert!(code == Some(0) && told.contains("the chain is whole"), "it fits itself: {told}");
    let (code, told) = verify(&head);
    let seq = head.split(':').next().unwrap();
    assert_eq!(code, Some(1), "{told}");
    assert!(told.contains(&format!("seq {seq}: the printed head is not in the chain")), "{told}");
    let (code, told) = verify("12: xyz");
    assert!(code != Some(0) && !told.contains("whole"), "a slip of the pen is told: {told}");
}
on_both!(a_printed_head_tells_of_a_chain_that_was_rewritten_to_fit);
