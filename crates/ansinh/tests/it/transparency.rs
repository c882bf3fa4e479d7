//! The public log: what a stranger, a payee, a witness and a second server see of a closed day.

use std::collections::HashMap;

use ansinh::transparency::{private, publish_closed};
use axum::http::StatusCode;
use disclosure::checkpoint::{Policy, cosign};
use disclosure::key::{Role, SignerKey, VerifierKey};
use disclosure::leaf::Kind;
use disclosure::slip::Slip;
use disclosure::totals::Totals;
use disclosure::verify::{self, Report, VerifyError};
use disclosure::{reader::Reader, tile};
use uuid::Uuid;

use crate::on_both;
use crate::payments::fixture::*;
use crate::support::{Client, TestApp};

/// Xã Sơn Tiến, the other commune of the stories.
const OTHER: &str = "18172";

pub type Files = HashMap<String, Vec<u8>>;

/// Downloads the whole log as a stranger would.
async fn download(stranger: &mut Client) -> Files {
    let mut files = Files::new();
    let head = stranger.get("/so-chi/checkpoint").await;
    assert_eq!(head.status, StatusCode::OK, "{}", head.body);
    let size: u64 = head.body.lines().nth(1).unwrap().parse().unwrap();
    files.insert(tile::CHECKPOINT.to_owned(), head.bytes);
    for tile in tile::changed(0, size) {
        let answer = stranger.get(&format!("/so-chi/{tile}")).await;
        assert_eq!(answer.status, StatusCode::OK, "{tile}");
        files.insert(tile.to_string(), answer.bytes);
    }
    files
}

fn fetch(files: &Files) -> impl Fn(&str) -> Result<Vec<u8>, String> {
    |path| files.get(path).cloned().ok_or_else(|| format!("no {path}"))
}

async fn policy(stranger: &mut Client) -> Policy {
    let key = stranger.get("/so-chi/khoa").await.page();
    Policy::new(VerifierKey::parse(key.trim()).unwrap(), vec![], 0).unwrap()
}

/// The log as a stranger finds it, checked.
pub async fn checked(t: &TestApp) -> (Files, Policy, Report) {
    let mut stranger = t.visitor();
    let files = download(&mut stranger).await;
    let policy = policy(&mut stranger).await;
    let report = verify::log(fetch(&files), &policy).unwrap();
    (files, policy, report)
}

/// Payments, reversals and đồng left of a commune.
pub fn of_commune(totals: &Totals, commune: &str) -> (u64, u64, i128) {
    let sum = totals.sum(|key| key.commune.as_str() == commune);
    (sum.paid, sum.reversed, sum.balance())
}

/// The text of the code on the receipt of an entitlement's first payment.
async fn slip(clerk: &mut Client, claim: Uuid) -> Slip {
    let ledger = clerk.get(&format!("/chi-tra/{claim}")).await.page();
    let at = ledger.find("/phieu/").expect("a receipt");
    let address = format!("/chi-tra/{claim}/phieu/{}", &ledger[at + 7..at + 43]);
    let page = clerk.get(&address).await.page();
    let from = page.find("AS1.").expect("a code on the receipt");
    let text: String = page[from..].chars().take_while(|c| *c != '<').collect();
    Slip::parse(&text).unwrap()
}

/// Two people of one commune and one of another are paid on 15/5/2020.
async fn paid(t: &TestApp) -> (Client, Vec<Uuid>) {
    let here = [someone("Hồ Thanh Bình", "042064001233"), someone("Lê Thị Hà", "042161007788")];
    let mut ids = approved(t, SON_KIM, "HN", &here).await;
    ids.extend(approved(t, OTHER, "NCC", &[someone("Đặng Văn Đỗ", "")]).await);
    let mut clerk = t.sign_in("x18196").await;
    pay(&mut clerk, &ids[..2]).await;
    let mut other = t.sign_in("x18172").await;
    pay(&mut other, &ids[2..]).await;
    (clerk, ids)
}

async fn a_stranger_adds_up_the_day_and_a_payee_finds_herself(t: TestApp) {
    let (mut clerk, ids) = paid(&t).await;
    let early = slip(&mut clerk, ids[0]).await;
    assert_eq!(early.leaf(), None, "the day is still open");
    assert!(publish_closed(&t.app).await.unwrap().is_none(), "nothing before the hour");
    let mut stranger = t.visitor();
    for path in ["/so-chi/checkpoint", "/so-chi/khoa", "/so-chi/tile/0/000.p/3"] {
        assert_eq!(stranger.get(path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
    assert!(stranger.get("/xac-minh").await.page().contains("bắt đầu từ ngày chi đầu tiên"));
    t.set_local("2020-05-15T17:31");
    let head = publish_closed(&t.app).await.unwrap().expect("a head");
    assert_eq!(head.size, 3);
    let (mut files, policy, report) = checked(&t).await;
    assert_eq!(of_commune(&report.totals, SON_KIM), (2, 0, 3_000_000));
    assert_eq!(of_commune(&report.totals, OTHER), (1, 0, 1_500_000));
    assert_eq!(report.totals.sum(|key| key.day.to_string() == "2020-05-15").paid, 3);

    let mut clerk = t.sign_in("x18196").await;
    let late = slip(&mut clerk, ids[0]).await;
    assert!(late.leaf().is_some());
    for slip in [&early, &late] {
        let find = |name: &str, number: &str| {
            let who = private(name, number, ids[0]);
            let fields = who.fields();
            verify::payment(fetch(&files), &policy, slip, fields.payee, fields.identity)
        };
        assert_eq!(find("hồ thanh bình", "042064001233").unwrap().leaf.amount, 1_500_000);
        assert!(find("Lê Thị Hà", "042161007788").is_err(), "another's name and number");
    }
    let page = stranger.get("/xac-minh").await.page();
    assert!(page.contains(&report.head.checkpoint.root().groups()), "{page}");
    let wanted = Reader::new(fetch(&files), 3).entry(late.leaf().unwrap()).unwrap();
    let commitment = String::from_utf8(wanted).unwrap().rsplit('|').next().unwrap().to_owned();
    let found = stranger.get(&format!("/so-chi/tim/{commitment}")).await.page();
    assert_eq!(found.trim(), late.leaf().unwrap().to_string());

    let bundle = files.get_mut("tile/entries/000.p/3").unwrap();
    let at = bundle.windows(7).position(|seven| seven == b"1500000").unwrap();
    bundle[at] = b'9';
    let changed = verify::log(fetch(&files), &policy);
    assert!(matches!(changed, Err(VerifyError::Entry { .. })), "a changed amount is found");
}
on_both!(a_stranger_adds_up_the_day_and_a_payee_finds_herself);

async fn a_counter_entry_and_a_late_payment_are_further_lines(t: TestApp) {
    let (_, ids) = paid(&t).await;
    t.set_local("2020-05-15T17:31");
    publish_closed(&t.app).await.unwrap().unwrap();
    let (_, _, first) = checked(&t).await;
    assert!(publish_closed(&t.app).await.unwrap().is_none(), "a day is published once");

    t.set_local("2020-05-16T08:00");
    let mut again = t.sign_in("x18196").await;
    reverse(&mut again, ids[0], "người nhận chưa được trao tiền").await.goes_to();
    give_back(&mut again, ids[1], "away").await.goes_to();
    reverse(&mut again, ids[1], "chưa hoàn trả").await.goes_to();
    assert!(publish_closed(&t.app).await.unwrap().is_none(), "the book is still open");
    t.set_local("2020-05-17T09:00");
    let head = publish_closed(&t.app).await.unwrap().expect("a head");
    assert_eq!((head.day.to_string().as_str(), head.size), ("2020-05-16", 6));

    let (files, _, second) = checked(&t).await;
    verify::continues(fetch(&files), &first.head.checkpoint, &second.head.checkpoint).unwrap();
    let sum = second.totals.sum(|key| key.commune.as_str() == SON_KIM);
    assert_eq!((sum.paid, sum.reversed, sum.returned, sum.restored), (2, 1, 1, 1));
    assert_eq!(sum.balance(), 1_500_000, "what the ledger says is left");
    let kinds = |number: u64| {
        let line = Reader::new(fetch(&files), 6).entry(number).unwrap();
        disclosure::leaf::PaymentLeaf::parse(&line).unwrap().kind
    };
    assert_eq!((0..3).map(kinds).collect::<Vec<_>>(), [Kind::Paid; 3]);

    let mut later = t.sign_in("x18196").await;
    let report = later.get("/bao-cao/hang-ngay?ngay=2020-05-15").await.page();
    assert!(report.contains(&first.head.checkpoint.root().groups()), "the root of its own day");
    ledger_is_sound(&t).await;
}
on_both!(a_counter_entry_and_a_late_payment_are_further_lines);

async fn two_servers_publish_one_log(t: TestApp) {
    paid(&t).await;
    let beside = t.beside();
    for server in [&t, &beside] {
        server.set_local("2020-05-15T18:00");
    }
    let (one, two) = tokio::join!(publish_closed(&t.app), publish_closed(&beside.app));
    assert!(one.is_ok() || two.is_ok(), "{one:?} {two:?}");
    // Who met the other stops, and has nothing to do afterwards.
    let _ = publish_closed(&t.app).await.unwrap();
    assert!(publish_closed(&beside.app).await.unwrap().is_none());
    let (_, _, report) = checked(&t).await;
    assert_eq!(report.head.checkpoint.size(), 3);
    assert_eq!(t.number("SELECT COUNT(*) FROM log_heads").await, 1);
}
on_both!(two_servers_publish_one_log);

async fn a_log_without_its_key_is_not_continued(t: TestApp) {
    let (_, ids) = paid(&t).await;
    t.set_local("2020-05-15T18:00");
    publish_closed(&t.app).await.unwrap().unwrap();
    t.set_local("2020-05-16T08:00");
    let mut clerk = t.sign_in("x18196").await;
    reverse(&mut clerk, ids[0], "ghi nhầm").await;
    t.set_local("2020-05-16T18:00");
    let beside = t.beside();
    beside.set_local("2020-05-16T18:00");
    let none = std::env::temp_dir().join("ansinh-tests/no-such-key");
    let lost = beside.with(|parts| parts.config.log_key_file = Some(none));
    assert!(publish_closed(&lost.app).await.is_err(), "no second key is made");
    assert_eq!(t.number("SELECT COUNT(*) FROM log_heads").await, 1);
    assert!(publish_closed(&t.app).await.unwrap().is_some(), "with the key it goes on");
}
on_both!(a_log_without_its_key_is_not_continued);

async fn a_witness_signs_what_continues_and_strangers_do_not(t: TestApp) {
    paid(&t).await;
    t.set_local("2020-05-15T18:00");
    publish_closed(&t.app).await.unwrap().unwrap();
    let press = SignerKey::from_seed("bao.example", Role::Witness, &[9; 32]).unwrap();
    let other = SignerKey::from_seed("la.example", Role::Witness, &[8; 32]).unwrap();
    let known = press.verifier().to_string();
    let t = t.with(|parts| parts.config.witnesses = vec![known]);
    let (files, policy, _) = checked(&t).await;
    let note = &files[tile::CHECKPOINT];
    let sign = |key: &SignerKey| cosign(key, &policy, None, note, &[], 1_589_540_400).unwrap().0;
    let mut visitor = t.visitor();
    let good = sign(&press).to_string();
    let mut wrong = good.clone();
    wrong.replace_range(wrong.len() - 8..wrong.len() - 4, "AAAA");
    for line in [sign(&other).to_string(), wrong, String::new(), "x".repeat(5_000), "— a b".into()]
    {
        let answer = visitor.send_text("/so-chi/chung-kien", &line).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{line}: {}", answer.body);
    }
    assert_eq!(visitor.send_text("/so-chi/chung-kien", &good).await.status, StatusCode::OK);
    let signed = visitor.get("/so-chi/checkpoint").await.page();
    assert!(signed.contains(&good), "{signed}");
    let strict = policy_of(&mut visitor, press.verifier().clone()).await;
    assert_eq!(strict.open(signed.as_bytes()).unwrap().witnesses.len(), 1);
    let page = visitor.get("/xac-minh").await.page();
    assert!(page.contains("bao.example") && page.contains("đã ký ngày này"), "{page}");
}
on_both!(a_witness_signs_what_continues_and_strangers_do_not);

async fn policy_of(stranger: &mut Client, witness: VerifierKey) -> Policy {
    let key = stranger.get("/so-chi/khoa").await.page();
    Policy::new(VerifierKey::parse(key.trim()).unwrap(), vec![witness], 1).unwrap()
}

async fn paths_that_are_no_file_of_the_log_are_not_found(t: TestApp) {
    paid(&t).await;
    t.set_local("2020-05-15T18:00");
    publish_closed(&t.app).await.unwrap().unwrap();
    let mut stranger = t.visitor();
    for path in [
        "0/000",
        "0/000.p/4",
        "0/000.p/0",
        "0/001.p/1",
        "1/000.p/1",
        "entries/000.p/004",
        "../../etc/passwd",
        "..%2f..%2fetc%2fpasswd",
        "0/000.p/3%00",
        "99999999999999999999/000",
        "0/x999/x999/x999/x999/x999/x999/999",
    ] {
        let answer = stranger.get(&format!("/so-chi/tile/{path}")).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}: {}", answer.body);
    }
    for commitment in ["", "0", &"0".repeat(64), &"g".repeat(64), "%27%20OR%201=1"] {
        let answer = stranger.get(&format!("/so-chi/tim/{commitment}")).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{commitment}");
    }
}
on_both!(paths_that_are_no_file_of_the_log_are_not_found);
