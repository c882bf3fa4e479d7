//! Tables as files: whole and equal to the database, or visibly broken.

use ansinh::database::Sql;
use ansinh::web::export::OFFICERS_AT_ONCE;
use axum::body::Body;
use axum::http::{Response, StatusCode};
use http_body_util::BodyExt;
use sheets::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::many::{EACH, Ground, entitled};
use crate::on_both;
use crate::payments::fixture::*;
use crate::support::{Client, TestApp, start_instant};

/// Communes of two districts.
fn two_communes() -> Vec<(String, String)> {
    vec![(SON_KIM.to_owned(), "439".to_owned()), ("18070".to_owned(), "436".to_owned())]
}

async fn seed(t: &TestApp, from: usize, count: usize, communes: Vec<(String, String)>) {
    let clerk = account(t, "x18196").await;
    let at = Ground { communes, clerk, now: start_instant(), from };
    entitled(&t.app.db, &at, count).await.unwrap();
}

fn own() -> Vec<(String, String)> {
    two_communes()[..1].to_vec()
}

async fn bytes(response: Response<Body>) -> Result<Vec<u8>, String> {
    assert_eq!(response.status(), StatusCode::OK);
    match response.into_body().collect().await {
        Ok(all) => Ok(all.to_bytes().to_vec()),
        Err(error) => Err(error.to_string()),
    }
}

/// Records of a CSV without its head. A quoted cell falls apart: only cells before it, or the last,
/// may be asked for.
fn records(bytes: &[u8]) -> Vec<Vec<String>> {
    let text = std::str::from_utf8(bytes).unwrap();
    assert!(text.starts_with('\u{feff}') && text.ends_with("\r\n"));
    text.lines().skip(1).map(|line| line.split(',').map(str::to_owned).collect()).collect()
}

async fn ends(t: &TestApp, end: &str) -> i64 {
    let sql = format!(
        "SELECT COUNT(*) FROM audit_entries WHERE action = 'table.exported'
           AND detail LIKE '%\"end\":\"{end}\"%'"
    );
    t.number(&sql).await
}

async fn a_hundred_thousand_rows_leave_whole_and_equal_to_the_database(t: TestApp) {
    const MANY: usize = 100_000;
    seed(&t, 0, MANY, two_communes()).await;
    let mut above = t.sign_in("tinh42").await;
    let csv = bytes(above.open("/bao-cao/tep/doi-tuong.csv").await).await.unwrap();
    let rows = records(&csv);
    assert_eq!(rows.len(), MANY);
    let sum = |at: usize| rows.iter().map(|row| row[at].parse::<i64>().unwrap()).sum::<i64>();
    assert_eq!(
        sum(13),
        t.number("SELECT CAST(SUM(amount_dong) AS BIGINT) FROM entitlements").await
    );
    assert_eq!(
        sum(14),
        t.number("SELECT CAST(SUM(amount_dong) AS BIGINT) FROM payment_entries").await
    );
    let numbers: Vec<i64> = rows.iter().map(|row| row[0].parse().unwrap()).collect();
    assert!(numbers.iter().zip(1..).all(|(got, wanted)| *got == wanted), "numbered without a gap");
    let book = bytes(above.open("/bao-cao/tep/so-chi.csv").await).await.unwrap();
    let entries = records(&book);
    let wanted = t.number("SELECT COUNT(*) FROM payment_entries").await;
    assert_eq!(i64::try_from(entries.len()).unwrap(), wanted);
    let mut ids: Vec<&String> = entries.iter().filter_map(|row| row.last()).collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), entries.len(), "every entry once");
    if t.app.db.engine() == sea_orm::DbBackend::Sqlite {
        let xlsx = bytes(above.open("/bao-cao/tep/doi-tuong.xlsx").await).await.unwrap();
        let limits =
            sheets::Limits { rows: 200_000, cells: 4_000_000, ..sheets::Limits::default() };
        let book = sheets::read(&xlsx, &limits).unwrap();
        let sheet = &book.sheets[0];
        assert_eq!(sheet.rows.len(), MANY + 1);
        let last = u32::try_from(MANY + 1).unwrap();
        assert_eq!(sheet.cell(last, 0).unwrap().value, Value::Number(MANY as f64));
        assert_eq!(sheet.cell(last, 13).unwrap().value, Value::Number(EACH as f64));
    }
}
on_both!(a_hundred_thousand_rows_leave_whole_and_equal_to_the_database);

async fn a_failing_export_is_no_file_that_looks_whole(t: TestApp) {
    seed(&t, 0, 9_000, own()).await;
    let last = "(SELECT e.id FROM list_entries e ORDER BY e.sort_key DESC, e.id DESC LIMIT 1)";
    let db = t.app.db.read();
    let long = format!("UPDATE list_entries SET full_name = $1 WHERE id = {last}");
    db.change(&long, vec!["x".repeat(40_000).into()]).await.unwrap();
    let mut clerk = t.sign_in("x18196").await;
    // As the program does it: over a connection, read byte by byte.
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let router = t.router.clone();
    let server = tokio::spawn(async move { axum::serve(listener, router).await });
    let mut connection = tokio::net::TcpStream::connect(address).await.unwrap();
    let request = format!(
        "GET /bao-cao/tep/doi-tuong.xlsx HTTP/1.1\r\nHost: x\r\nCookie: {}\r\n\r\n",
        clerk.cookie_line()
    );
    connection.write_all(request.as_bytes()).await.unwrap();
    let mut got = Vec::new();
    // The server closes in the middle: an end of file, or a reset.
    let _ = connection.read_to_end(&mut got).await;
    server.abort();
    assert!(got.starts_with(b"HTTP/1.1 200 OK"), "{}", String::from_utf8_lossy(&got[..80]));
    assert!(!got.ends_with(b"0\r\n\r\n"), "no proper end of a chunked answer");
    let half = bytes(clerk.open("/bao-cao/tep/doi-tuong.xlsx").await).await;
    assert!(half.is_err(), "the client is told");
    assert_eq!(ends(&t, "failed").await, 2);
    assert_eq!(ends(&t, "whole").await, 0);
    // The same rows fit into a CSV.
    let csv = bytes(clerk.open("/bao-cao/tep/doi-tuong.csv").await).await.unwrap();
    assert_eq!(records(&csv).len(), 9_000);
    if t.app.db.engine() == sea_orm::DbBackend::Sqlite {
        let torn = format!("UPDATE list_entries SET birth_year = 'x' WHERE id = {last}");
        db.change(&torn, vec![]).await.unwrap();
        assert!(bytes(clerk.open("/bao-cao/tep/doi-tuong.csv").await).await.is_err());
        assert_eq!(ends(&t, "failed").await, 3);
    }
}
on_both!(a_failing_export_is_no_file_that_looks_whole);

async fn more_exports_than_there_is_room_for_are_refused_politely(t: TestApp) {
    seed(&t, 0, 8_000, own()).await;
    let mut clerk = t.sign_in("x18196").await;
    let mut open = Vec::new();
    for _ in 0..OFFICERS_AT_ONCE {
        let response = clerk.open("/bao-cao/tep/doi-tuong.csv").await;
        assert_eq!(response.status(), StatusCode::OK);
        open.push(response);
    }
    let refused = clerk.get("/bao-cao/tep/doi-tuong.csv").await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.body.contains("thử lại"), "{}", refused.body);
    clerk.get("/bao-cao").await.page();
    // One leaves in the middle, the others take their files.
    drop(open.pop());
    for response in open {
        assert_eq!(records(&bytes(response).await.unwrap()).len(), 8_000);
    }
    for _ in 0..100 {
        if ends(&t, "cut off").await == 1 {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    assert_eq!((ends(&t, "cut off").await, ends(&t, "failed").await), (1, 0));
    assert_eq!(clerk.get("/bao-cao/tep/doi-tuong.csv").await.status, StatusCode::OK);
}
on_both!(more_exports_than_there_is_room_for_are_refused_politely);

async fn what_is_written_during_an_export_is_not_half_in_it(t: TestApp) {
    seed(&t, 0, 8_000, own()).await;
    let mut clerk = t.sign_in("x18196").await;
    let response = clerk.open("/bao-cao/tep/doi-tuong.csv").await;
    seed(&t, 1_000_000, 2_000, own()).await;
    let all = "UPDATE entitlements SET pay_state = 'not_paid', reason_code = 'away', paid_dong = 0";
    t.app.db.read().change(all, vec![]).await.unwrap();
    let rows = records(&bytes(response).await.unwrap());
    assert_eq!(rows.len(), 8_000, "none of the new rows");
    let paid = rows.iter().filter(|row| row[15] == "Đã chi").count();
    assert_eq!(paid, 5_600, "all of the old payments");
    let after = records(&bytes(clerk.open("/bao-cao/tep/doi-tuong.csv").await).await.unwrap());
    assert_eq!(after.len(), 10_000);
    assert!(after.iter().all(|row| row[15] == "Không chi được"));
}
on_both!(what_is_written_during_an_export_is_not_half_in_it);

/// Lines of a file after its head.
async fn lines(officer: &mut Client, path: &str) -> usize {
    let body = officer.get(path).await.page();
    body.lines().count() - 1
}

async fn every_table_is_a_file_with_the_filters_of_its_page(t: TestApp) {
    seed(&t, 0, 400, two_communes()).await;
    let hostile = [someone("=cmd|'/c calc'!A1", "185113376"), someone("Hồ \"B\", C", "")];
    approved(&t, SON_KIM, "NCC", &hostile).await;
    let mut clerk = t.sign_in("x18196").await;
    let mut above = t.sign_in("tinh42").await;
    let mut other = t.sign_in("x18070").await;
    assert_eq!(lines(&mut clerk, "/chi-tra/tep/chi-tra.csv").await, 2, "waiting only");
    assert_eq!(lines(&mut clerk, "/chi-tra/tep/chi-tra.csv?hien=tat-ca").await, 202);
    assert_eq!(lines(&mut clerk, "/chi-tra/tep/chi-tra.csv?hien=da-chi&nhom=HN").await, 40);
    assert_eq!(lines(&mut above, "/chi-tra/tep/chi-tra.csv?xa=18070&hien=tat-ca").await, 200);
    assert_eq!(lines(&mut clerk, "/danh-sach/tep/danh-sach.csv").await, 5);
    assert_eq!(lines(&mut above, "/danh-sach/tep/danh-sach.csv?nhom=HN").await, 2);
    assert_eq!(lines(&mut above, "/quyet-dinh/tep/quyet-dinh.csv").await, 4);
    assert_eq!(lines(&mut above, "/canh-bao/tep/canh-bao.csv").await, 0);
    let page = clerk.get("/danh-sach?nhom=NCC").await.page();
    let link = page
        .split("href=\"/danh-sach/")
        .skip(1)
        .find(|part| part.get(36..38) == Some("\">"))
        .unwrap();
    let id = &link[..36];
    let file = clerk.get(&format!("/danh-sach/{id}/tep/dong.csv")).await.page();
    let masked = above.get(&format!("/danh-sach/{id}/tep/dong.csv")).await.page();
    assert_eq!(file.lines().count(), masked.lines().count());
    assert!(masked.contains("***"), "{masked}");
    assert_eq!(other.get(&format!("/danh-sach/{id}/tep/dong.csv")).await.status, 404);
    let page = clerk.get(&format!("/danh-sach/{id}?q=an&loc=can-xem")).await.page();
    assert!(
        page.contains(&format!("/danh-sach/{id}/tep/dong.xlsx?q=an&#38;loc=can-xem")),
        "{page}"
    );
    let all = clerk.get("/chi-tra/tep/chi-tra.csv?hien=tat-ca").await.page();
    assert!(all.contains("'=cmd|'/c calc'!A1") && all.contains("\"Hồ \"\"B\"\", C\""), "{all}");
    for path in [
        "/chi-tra/tep/chi-tra",
        "/danh-sach/tep/danh-sach",
        "/quyet-dinh/tep/quyet-dinh",
        "/canh-bao/tep/canh-bao",
        &format!("/danh-sach/{id}/tep/dong"),
    ] {
        let book = clerk.get(&format!("{path}.xlsx")).await;
        assert_eq!(book.status, StatusCode::OK, "{path}");
        assert!(sheets::read(&book.bytes, &sheets::Limits::default()).is_ok(), "{path}");
        assert_eq!(clerk.get(&format!("{path}.exe")).await.status, 404, "{path}");
        assert_eq!(clerk.get(&format!("{path}x.csv")).await.status, 404, "{path}");
        assert_ne!(t.visitor().get(&format!("{path}.csv")).await.status, StatusCode::OK);
    }
    assert_eq!(above.get("/chi-tra/tep/chi-tra.csv").await.goes_to(), "/bao-cao");
    assert_eq!(above.get("/chi-tra/tep/chi-tra.csv?xa=99999").await.status, 404);
}
on_both!(every_table_is_a_file_with_the_filters_of_its_page);
