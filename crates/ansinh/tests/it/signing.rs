//! Signing lists: whole, in order, each sheet of paper with its sum, on the page and in the workbook.

use ansinh::database::Sql;
use axum::http::StatusCode;
use sheets::{Sheet, Value};
use vietnam::money::Dong;

use crate::many::{Ground, entitled};
use crate::on_both;
use crate::payments::fixture::*;
use crate::support::{Client, TestApp, start_instant};

/// 2.500 people of one commune who wait, of two amounts.
const WAITING: usize = 2_500;

async fn seed(t: &TestApp, count: usize) {
    let clerk = account(t, "x18196").await;
    let communes = vec![(SON_KIM.to_owned(), "439".to_owned())];
    let at = Ground { communes, clerk, now: start_instant(), from: 0 };
    entitled(&t.app.db, &at, count * 10).await.unwrap();
    let sql = "UPDATE entitlements SET amount_dong = 750000
       WHERE pay_state = 'unpaid' AND group_code = 'LDTD'";
    t.app.db.read().change(sql, vec![]).await.unwrap();
}

/// What stands on the paper: a person, or a sum with its words.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Line {
    Person { number: i64, name: String, id: String, hamlet: String, dong: i64 },
    Sum { words: String, dong: i64 },
}

fn number(text: &str) -> i64 {
    text.replace('.', "").parse().unwrap_or_else(|_| panic!("a number: {text:?}"))
}

/// The sheets of the page.
fn sheets_of(page: &str) -> Vec<Vec<Line>> {
    let tables = page.split("<table class=\"to-ky\">").skip(1);
    tables
        .map(|table| {
            let body = table.split("<tbody>").nth(1).unwrap().split("</tbody>").next().unwrap();
            assert!(table.contains("<th scope=\"col\">Ký nhận</th>"), "each sheet has its head");
            body.split("<tr").skip(1).map(line).collect()
        })
        .collect()
}

fn line(row: &str) -> Line {
    let cells: Vec<String> = row
        .split("<td")
        .skip(1)
        .map(|cell| {
            let text = cell.split_once('>').unwrap().1.split("</td>").next().unwrap();
            text.replace("<b>", "").replace("</b>", "")
        })
        .collect();
    match cells.as_slice() {
        [words, dong, _] => Line::Sum { words: words.clone(), dong: number(dong) },
        [n, name, id, _, _, hamlet, .., dong, _] if cells.len() == 11 => Line::Person {
            number: number(n),
            name: name.clone(),
            id: id.clone(),
            hamlet: hamlet.clone(),
            dong: number(dong),
        },
        other => panic!("{other:?}"),
    }
}

/// The same lines from the workbook, below its head.
fn lines_of(sheet: &Sheet) -> Vec<Line> {
    let text = |row: u32, column: u32| match sheet.cell(row, column).map(|cell| &cell.value) {
        Some(Value::Text(text)) => text.clone(),
        _ => String::new(),
    };
    let whole = |row: u32, column: u32| match sheet.cell(row, column).map(|cell| &cell.value) {
        Some(Value::Number(number)) => Some(*number as i64),
        _ => None,
    };
    let rows = u32::try_from(sheet.rows.len()).unwrap() + 20;
    (1..=rows)
        .filter_map(|row| match (whole(row, 0), whole(row, 9)) {
            (Some(number), Some(dong)) => Some(Line::Person {
                number,
                name: text(row, 1),
                id: text(row, 2),
                hamlet: text(row, 5),
                dong,
            }),
            (None, Some(dong)) => Some(Line::Sum { words: text(row, 0), dong }),
            _ => None,
        })
        .collect()
}

async fn workbook(clerk: &mut Client, query: &str) -> sheets::Workbook {
    let answer = clerk.open(&format!("/chi-tra/ky-nhan/tep{query}")).await;
    assert_eq!(answer.status(), StatusCode::OK);
    let bytes = http_body_util::BodyExt::collect(answer.into_body()).await.unwrap().to_bytes();
    sheets::read(&bytes, &sheets::Limits::default()).unwrap()
}

/// Each sheet's sum is that of its rows, what it carries that of the sheets before, and the last
/// line the whole. Returns the number of people and đồng.
fn add_up(sheets: &[Vec<Line>]) -> (i64, i64) {
    let (mut people, mut sum) = (0, 0);
    for (at, sheet) in (1..).zip(sheets) {
        let mut lines = sheet.iter().peekable();
        if at > 1 {
            let carried = format!("Mang sang từ trang {}: {people} khoản", at - 1);
            assert_eq!(lines.next(), Some(&Line::Sum { words: carried, dong: sum }));
        }
        let (mut here, mut dong) = (0, 0);
        while let Some(Line::Person { number, dong: one, .. }) = lines.peek() {
            here += 1;
            dong += one;
            assert_eq!(*number, people + here, "numbered through");
            lines.next();
        }
        assert!((1..=13).contains(&here), "fits on its sheet: {here}");
        let words = format!("Cộng trang {at}: {here} khoản");
        assert_eq!(lines.next(), Some(&Line::Sum { words, dong }));
        (people, sum) = (people + here, sum + dong);
        if at == sheets.len() {
            let words = format!("Tổng cộng: {} khoản", Dong(people));
            assert_eq!(lines.next(), Some(&Line::Sum { words, dong: sum }));
        }
        assert_eq!(lines.next(), None);
    }
    (people, sum)
}

async fn a_list_of_thousands_is_whole_and_its_sheets_add_up(t: TestApp) {
    seed(&t, WAITING).await;
    let mut clerk = t.sign_in("x18196").await;
    let page = clerk.get("/chi-tra/ky-nhan").await.page();
    let sheets = sheets_of(&page);
    let (people, sum) = add_up(&sheets);
    let open = "FROM entitlements WHERE pay_state = 'unpaid' AND hold = ''";
    assert_eq!(people, t.number(&format!("SELECT COUNT(*) {open}")).await);
    assert_eq!(people, i64::try_from(WAITING).unwrap());
    let wanted = t.number(&format!("SELECT CAST(SUM(amount_dong) AS BIGINT) {open}")).await;
    assert_eq!(sum, wanted);
    let words = format!("Tổng số tiền bằng chữ: {}.", Dong(sum).in_words());
    assert!(page.contains(&words), "{words}");
    for text in ["CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "ỦY BAN NHÂN DÂN XÃ SƠN KIM 1", "(11)"]
    {
        assert!(page.contains(text), "{text}");
    }
    let lines: Vec<Line> = sheets.into_iter().flatten().collect();
    let book = workbook(&mut clerk, "").await;
    let kept = lines_of(&book.sheets[0]);
    // The page writes 2.500 in words of a sum, the workbook may not: compared without dots.
    let plain = |lines: &[Line]| -> Vec<Line> {
        let mut lines = lines.to_vec();
        for line in &mut lines {
            if let Line::Sum { words, .. } = line {
                *words = words.replace('.', "");
            }
        }
        lines
    };
    assert_eq!(plain(&kept), plain(&lines), "the workbook is the page");
    let texts: Vec<String> = book.sheets[0]
        .rows
        .iter()
        .flat_map(|row| row.cells.iter())
        .filter_map(|cell| match &cell.value {
            Value::Text(text) => Some(text.clone()),
            _ => None,
        })
        .collect();
    for text in [words.as_str(), "CHỦ TỊCH", "DANH SÁCH KÝ NHẬN TIỀN HỖ TRỢ"] {
        assert!(texts.iter().any(|one| one == text), "{text}");
    }
    // By hamlet as people count them, by name within it as the list of payments has them.
    let hamlets: Vec<u32> = lines
        .iter()
        .filter_map(|line| match line {
            Line::Person { hamlet, .. } => hamlet.rsplit(' ').next()?.parse().ok(),
            Line::Sum { .. } => None,
        })
        .collect();
    assert_eq!(hamlets.len(), WAITING);
    assert!(hamlets.is_sorted(), "Thôn 2 before Thôn 10");
    let one = clerk.get("/chi-tra/ky-nhan?thon=Th%C3%B4n%2010&nhom=BTXH").await.page();
    let (some, _) = add_up(&sheets_of(&one));
    let counted = "SELECT COUNT(*) FROM entitlements e JOIN list_entries le ON le.id = e.entry_id
       WHERE e.pay_state = 'unpaid' AND e.hold = '' AND e.group_code = 'BTXH'
         AND le.hamlet = 'Thôn 10'";
    assert_eq!(some, t.number(counted).await);
    assert!(some > 0 && one.contains("ky-nhan/tep?thon="), "{some}");
}
on_both!(a_list_of_thousands_is_whole_and_its_sheets_add_up);

async fn a_signing_list_is_the_communes_own_and_on_record(t: TestApp) {
    seed(&t, 30).await;
    let hostile = [someone("=cmd|'/c calc'!A1", "185113376"), someone("Hồ <b>B</b>, \"C\"", "")];
    approved(&t, SON_KIM, "NCC", &hostile).await;
    let mut clerk = t.sign_in("x18196").await;
    let page = clerk.get("/chi-tra/ky-nhan").await.page();
    assert!(page.contains("185113376") && !page.contains("<b>B</b>"), "{page}");
    let seen = "SELECT COUNT(*) FROM audit_entries WHERE action = 'id_number.view'
       AND detail LIKE '%ky-nhan%'";
    let before = t.number(seen).await;
    assert!(before > 0, "whole numbers were shown");
    let book = workbook(&mut clerk, "").await;
    let lines = lines_of(&book.sheets[0]);
    assert!(
        lines.iter().any(|line| matches!(line, Line::Person { name, id, .. }
            if name == "=cmd|'/c calc'!A1" && id == "185113376")),
        "text, never a formula: {lines:?}"
    );
    assert!(t.number(seen).await > before, "the file shows numbers too");
    let exported = "SELECT COUNT(*) FROM audit_entries WHERE action = 'table.exported'
       AND subject_id = 'chi-tra/ky-nhan' AND detail LIKE '%\"end\":\"whole\"%'";
    assert_eq!(t.number(exported).await, 1);
    let mut other = t.sign_in("x18199").await;
    for path in ["/chi-tra/ky-nhan", "/chi-tra/ky-nhan?thon=Th%C3%B4n%201"] {
        let none = other.get(path).await.page();
        assert!(none.contains("không còn khoản nào chờ ký nhận"), "{none}");
        assert!(!none.contains("185113376") && !none.contains("<table"), "{none}");
    }
    assert_eq!(lines_of(&workbook(&mut other, "").await.sheets[0]).len(), 1, "a sum of nothing");
    for above in ["h439", "tinh42"] {
        let mut above = t.sign_in(above).await;
        for path in ["/chi-tra/ky-nhan", "/chi-tra/ky-nhan/tep"] {
            let answer = above.get(path).await;
            assert!(answer.status.is_client_error(), "{path}: {}", answer.status);
        }
    }
    for query in ["?thon=%00", "?thon=%27%20OR%201%3D1", "?nhom=%3Cscript%3E", "?thon=a&thon=b"] {
        let answer = clerk.get(&format!("/chi-tra/ky-nhan{query}")).await;
        assert!(!answer.status.is_server_error(), "{query}: {}", answer.status);
        assert!(!answer.body.contains("<script>"), "{query}");
    }
}
on_both!(a_signing_list_is_the_communes_own_and_on_record);
