//! Roll-ups and exports.

use ansinh::database::Sql;
use axum::http::StatusCode;
use sea_orm::FromQueryResult;
use uuid::Uuid;

use crate::on_both;
use crate::payments::fixture::*;
use crate::support::{Client, TestApp};
use vietnam::money::Dong;

/// A province with something in every state: two communes of one district, one of another.
async fn province(t: &TestApp) -> Vec<Uuid> {
    let named =
        |names: &[&str]| -> Vec<Someone> { names.iter().map(|name| someone(name, "")).collect() };
    let mut poor = named(&["Hồ Một", "Hồ Hai", "Hồ Ba"]);
    (poor[0].monthly, poor[0].people) = (250_000, 4);
    poor[2].hold = "no_id".to_owned();
    let mut ids = approved(t, SON_KIM, "HN", &poor).await;
    ids.extend(approved(t, SON_KIM, "NCC", &named(&["Lê Bốn", "Lê Năm", "Lê Sáu"])).await);
    let mut declined = named(&["Phan Từ Chối"]);
    declined[0].entry_state = "declined".to_owned();
    declined[0].state = "cancelled".to_owned();
    approved(t, SON_KIM, "NCC", &declined).await;
    approved(t, "18199", "NCC", &named(&["Trần Bảy", "Trần Tám"])).await;
    approved(t, OTHER_DISTRICT, "LDTD", &named(&["Võ Chín"])).await;
    ids
}

/// A commune of thành phố Hà Tĩnh.
const OTHER_DISTRICT: &str = "18070";

#[derive(Debug, FromQueryResult)]
struct Sums {
    items: i64,
    amount: i64,
    paid: i64,
    entries: i64,
}

/// Approved entitlements and their entries, added up row by row as no report does it.
async fn sums(t: &TestApp, condition: &str) -> Sums {
    let sql = format!(
        "SELECT CAST(COUNT(*) AS BIGINT) AS items,
           CAST(COALESCE(SUM(e.amount_dong), 0) AS BIGINT) AS amount,
           CAST(COALESCE(SUM(CASE WHEN e.pay_state = 'paid' THEN 1 ELSE 0 END), 0) AS BIGINT) AS paid,
           CAST(COALESCE(SUM((SELECT COALESCE(SUM(p.amount_dong), 0) FROM payment_entries p
             WHERE p.entitlement_id = e.id)), 0) AS BIGINT) AS entries
         FROM entitlements e WHERE e.state = 'approved' AND {condition}"
    );
    t.app.db.read().row(&sql, vec![]).await.unwrap().unwrap()
}

/// The records of a CSV without its head.
fn records(body: &str) -> Vec<Vec<String>> {
    body.lines().skip(1).map(|line| line.split(',').map(str::to_owned).collect()).collect()
}

fn column(records: &[Vec<String>], at: usize) -> i64 {
    records.iter().map(|record| record[at].parse::<i64>().unwrap()).sum()
}

/// Every report of a place says what its rows add up to.
async fn reports_equal_rows(t: &TestApp, officer: &mut Client, place: &str, condition: &str) {
    let truth = sums(t, condition).await;
    let page = officer.get(&format!("/bao-cao{place}")).await.page();
    assert!(page.contains("<b>Khớp:</b>"), "{place}: {page}");
    for number in [truth.items, truth.amount, truth.paid, truth.entries] {
        assert!(page.contains(&Dong(number).to_string()), "{place} {number} {truth:?}: {page}");
    }
    let joint = if place.is_empty() { "?" } else { "&" };
    let csv = officer.get(&format!("/bao-cao/tep/tong-hop.csv{place}")).await.page();
    let lines = records(&csv);
    // Unit, code, group, code; then items, people, đồng of: approved, paid, open, not paid, held …
    assert_eq!(column(&lines, 4), truth.items, "{place}: {csv}");
    assert_eq!(column(&lines, 6), truth.amount, "{place}: {csv}");
    assert_eq!(column(&lines, 7), truth.paid, "{place}: {csv}");
    assert_eq!(column(&lines, 9), truth.entries, "{place}: {csv}");
    let parts: i64 = [7, 10, 13, 16].into_iter().map(|at| column(&lines, at)).sum();
    assert_eq!(parts, truth.items, "every entitlement has one status");
    let book = officer.get(&format!("/bao-cao/tep/so-chi.csv{place}")).await.page();
    assert_eq!(column(&records(&book), 7), truth.entries, "{place}: {book}");
    for (status, at) in [("da-chi", 7), ("chua-chi", 10), ("khong-chi-duoc", 13), ("tam-giu", 16)] {
        let rows = format!("/bao-cao/tep/doi-tuong.csv{place}{joint}tinh-trang={status}");
        let rows = records(&officer.get(&rows).await.page());
        let counted = i64::try_from(rows.len()).unwrap();
        assert_eq!(counted, column(&lines, at), "{place} {status}: a number is its rows");
    }
    let period = format!("/bao-cao/tep/tong-hop.csv{place}{joint}tu=1/1/2020&den=31/12/2020");
    let period = records(&officer.get(&period).await.page());
    assert_eq!(column(&period, 22), truth.paid, "net entries are the paid");
    assert_eq!(column(&period, 24), truth.entries);
}

async fn every_report_equals_its_rows_after_random_acts(t: TestApp) {
    let ids = province(&t).await;
    let mut clerk = t.sign_in("x18196").await;
    let mut model = Model::new(&[false, false, true, false, false, false]);
    for round in 0..3u64 {
        random_acts(&mut clerk, &ids, &mut model, 25, 7 + round).await;
        t.pass(chrono::Duration::hours(20));
        clerk = t.sign_in("x18196").await;
        ledger_is_sound(&t).await;
        let mut above = t.sign_in("tinh42").await;
        reports_equal_rows(&t, &mut above, "", "TRUE").await;
        reports_equal_rows(&t, &mut above, "?huyen=439", "e.district_code = '439'").await;
        reports_equal_rows(&t, &mut above, "?xa=18196", "e.commune_code = '18196'").await;
        reports_equal_rows(&t, &mut above, "?nhom=HN", "e.group_code = 'HN'").await;
        let mut district = t.sign_in("h439").await;
        reports_equal_rows(&t, &mut district, "", "e.district_code = '439'").await;
        reports_equal_rows(&t, &mut clerk, "", "e.commune_code = '18196'").await;
    }
}
on_both!(every_report_equals_its_rows_after_random_acts);

async fn one_drills_down_from_the_province_to_a_persons_ledger(t: TestApp) {
    let ids = province(&t).await;
    let mut clerk = t.sign_in("x18196").await;
    pay(&mut clerk, &ids[3..4]).await;
    not_paid(&mut clerk, &ids[4..5], "away", "").await.page();
    let mut above = t.sign_in("tinh42").await;
    let page = above.get("/bao-cao").await.page();
    assert!(page.contains("Tỉnh Hà Tĩnh: đã chi 11,1 % số được duyệt"), "{page}");
    assert!(page.contains("href=\"/bao-cao?huyen=439\""), "{page}");
    let page = above.get("/bao-cao?huyen=439").await.page();
    assert!(page.contains("href=\"/bao-cao?huyen=439&#38;xa=18196\""), "{page}");
    let page = above.get("/bao-cao?huyen=439&xa=18196").await.page();
    assert!(page.contains("Đi vắng, chuyển đi hoặc đang chấp hành án"), "{page}");
    assert!(page.contains("tinh-trang=khong-chi-duoc"), "{page}");
    let list = above.get("/bao-cao/doi-tuong?xa=18196&tinh-trang=da-chi").await.page();
    assert!(list.contains("Lê Bốn") && !list.contains("Lê Sáu"), "{list}");
    assert!(list.contains(&format!("href=\"/chi-tra/{}\"", ids[3])), "{list}");
    let ledger = above.get(&format!("/chi-tra/{}", ids[3])).await.page();
    assert!(ledger.contains("Sổ chi: 1 bút toán") && !ledger.contains("Hoàn trả 1"), "{ledger}");
    let days = above.get("/bao-cao/ngay").await.page();
    assert!(days.contains("nhiều nhất ngày 15/5/2020, 1 khoản"), "{days}");
    let decisions = above.get("/bao-cao/quyet-dinh").await.page();
    assert!(decisions.contains("Cộng 4 quyết định"), "{decisions}");
    let pivot = above.get("/bao-cao?so=duyet-dong").await.page();
    assert!(pivot.contains("value=\"duyet-dong\" selected"), "{pivot}");
}
on_both!(one_drills_down_from_the_province_to_a_persons_ledger);

async fn nobody_reports_on_anothers_place(t: TestApp) {
    province(&t).await;
    let mut clerk = t.sign_in("x18196").await;
    let mut district = t.sign_in("h439").await;
    for path in [
        "/bao-cao",
        "/bao-cao/ngay",
        "/bao-cao/quyet-dinh",
        "/bao-cao/doi-tuong",
        "/bao-cao/so-chi",
        "/bao-cao/tep/tong-hop.csv",
        "/bao-cao/tep/doi-tuong.xlsx",
    ] {
        for place in ["?xa=18199", "?xa=18070", "?xa=khong"] {
            let answer = clerk.get(&format!("{path}{place}")).await;
            assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}{place}");
        }
        for place in ["?huyen=436", "?xa=18070", "?huyen=zz"] {
            let answer = district.get(&format!("{path}{place}")).await;
            assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}{place}");
        }
        let own = clerk.get(path).await;
        assert_eq!(own.status, StatusCode::OK, "{path}");
        assert!(!own.body.contains("Trần Bảy"), "{path}");
    }
    assert_eq!(clerk.get("/bao-cao/tep/khac.csv").await.status, StatusCode::NOT_FOUND);
    assert_eq!(clerk.get("/bao-cao/tep/so-chi.exe").await.status, StatusCode::NOT_FOUND);
    let odd = clerk.get("/bao-cao?tu=h%C3%B4m%20qua&den=31/2/2020&quyet-dinh=x&so=y").await.page();
    assert!(odd.contains("không đọc được"), "{odd}");
    let turned = clerk.get("/bao-cao/so-chi?tu=2/6/2020&den=1/6/2020").await.page();
    assert!(turned.contains("Đổi lại hai ngày"), "{turned}");
}
on_both!(nobody_reports_on_anothers_place);

async fn files_are_safe_masked_and_on_record(t: TestApp) {
    let people = [
        someone("=cmd|'/c calc'!A1", "185113376"),
        someone("@SUM(1)", "042182020884"),
        someone("-2+3", ""),
        someone("Hồ \"Bình\", Thanh", "024260911"),
    ];
    approved(&t, SON_KIM, "NCC", &people).await;
    let mut clerk = t.sign_in("x18196").await;
    let own = clerk.get("/bao-cao/tep/doi-tuong.csv").await;
    assert!(own.content_type.starts_with("text/csv"), "{}", own.content_type);
    assert_eq!(&own.bytes[..3], b"\xEF\xBB\xBF", "Excel needs the mark to read UTF-8");
    let text = own.page();
    for cell in ["'=cmd|'/c calc'!A1", "'@SUM(1)", "'-2+3", "\"Hồ \"\"Bình\"\", Thanh\""] {
        assert!(text.contains(cell), "{cell}: {text}");
    }
    assert!(!text.contains(",=cmd"), "{text}");
    assert!(text.contains("185113376"), "the commune's own list has whole numbers");
    let seen = "SELECT COUNT(*) FROM audit_entries WHERE action = 'id_number.view'";
    assert_eq!(t.number(seen).await, 1);
    let mut above = t.sign_in("tinh42").await;
    let text = above.get("/bao-cao/tep/doi-tuong.csv").await.page();
    assert!(text.contains("185***376") && !text.contains("185113376"), "{text}");
    let list = above.get("/bao-cao/doi-tuong").await.page();
    assert!(list.contains("185***376") && !list.contains("185113376"), "{list}");
    assert_eq!(t.number(seen).await, 1);
    for name in ["tong-hop", "doi-tuong", "so-chi"] {
        let file = above.get(&format!("/bao-cao/tep/{name}.xlsx")).await;
        assert!(file.content_type.contains("spreadsheetml"), "{}", file.content_type);
        let book = sheets::read(&file.bytes, &sheets::Limits::default());
        assert!(book.is_ok(), "{name}: {:?}", book.err());
    }
    let exports = "SELECT COUNT(*) FROM audit_entries WHERE action = 'table.export'";
    assert_eq!(t.number(exports).await, 5);
    let whole = "SELECT COUNT(*) FROM audit_entries WHERE action = 'table.exported'
         AND detail LIKE '%\"end\":\"whole\"%'";
    assert_eq!(t.number(whole).await, 5);
}
on_both!(files_are_safe_masked_and_on_record);

/// Ids of the rows that the pages of a list show, in order.
async fn walk(officer: &mut Client, first: &str) -> Vec<String> {
    let mut seen = Vec::new();
    let mut address = first.to_owned();
    loop {
        let page = officer.get(&address).await.page();
        let table = page.split("<tbody>").nth(1).unwrap_or("").split("</tbody>").next().unwrap();
        seen.extend(table.split("href=\"/chi-tra/").skip(1).map(|rest| rest[..36].to_owned()));
        let Some(next) = page.split("href=\"").find(|link| link.contains("rel=\"next\"")) else {
            return seen;
        };
        address = next.split('"').next().unwrap().replace("&#38;", "&").replace("&amp;", "&");
    }
}

async fn lists_of_rows_visit_every_row_once(t: TestApp) {
    let many = |commune: &str, count: usize| -> Vec<Someone> {
        (0..count).map(|n| someone(&format!("Người {} {commune}", n % 7), "")).collect()
    };
    let here = approved(&t, SON_KIM, "NCC", &many(SON_KIM, 70)).await;
    approved(&t, "18199", "HN", &many("18199", 45)).await;
    approved(&t, OTHER_DISTRICT, "HN", &many(OTHER_DISTRICT, 10)).await;
    let mut clerk = t.sign_in("x18196").await;
    pay(&mut clerk, &here[..60]).await;
    not_paid(&mut clerk, &here[60..65], "away", "").await.page();
    let mut above = t.sign_in("tinh42").await;
    for (address, wanted) in [
        ("/bao-cao/doi-tuong", 125),
        ("/bao-cao/doi-tuong?huyen=439", 115),
        ("/bao-cao/doi-tuong?xa=18196", 70),
        ("/bao-cao/doi-tuong?tinh-trang=da-chi", 60),
        ("/bao-cao/doi-tuong?nhom=HN&so-dong=200", 55),
        ("/bao-cao/so-chi", 65),
    ] {
        let mut seen = walk(&mut above, address).await;
        assert_eq!(seen.len(), wanted, "{address}");
        seen.sort();
        seen.dedup();
        assert_eq!(seen.len(), wanted, "{address}: every row once");
    }
}
on_both!(lists_of_rows_visit_every_row_once);
