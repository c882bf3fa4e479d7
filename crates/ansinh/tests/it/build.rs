//! The report builder: however a table is cut, its sums are those of the rows and of the plain
//! reports.

use std::collections::BTreeMap;

use ansinh::database::Sql;
use axum::http::StatusCode;
use sheets::Value;
use vietnam::money::Dong;

use crate::many::{Ground, entitled};
use crate::on_both;
use crate::payments::fixture::*;
use crate::recovery::{act, demand};
use crate::support::{Client, TestApp, start_instant};

const DIMS: [&str; 13] = [
    "nhom",
    "chuong-trinh",
    "tinh",
    "huyen",
    "xa",
    "quyet-dinh",
    "ngay",
    "tuan",
    "thang",
    "tinh-trang",
    "ly-do",
    "hinh-thuc",
    "nguon",
];
const UNITS: [&str; 3] = ["khoan", "nguoi", "dong"];
const PATH: &str = "/bao-cao/tu-lap";
/// A commune of thành phố Hà Tĩnh.
const OTHER_DISTRICT: &str = "18070";

/// Something at every stage: three communes of two districts, two decisions with budgets, people
/// who declined, payments taken back, money demanded back, a list that is still being posted.
async fn province(t: &TestApp) {
    let named = |names: &[&str]| names.iter().map(|name| someone(name, "")).collect::<Vec<_>>();
    let mut poor = named(&["Hồ Một", "Hồ Hai", "Hồ Ba"]);
    (poor[0].monthly, poor[0].people) = (250_001, 4);
    poor[2].hold = "no_id".to_owned();
    let mut ids = approved(t, SON_KIM, "HN", &poor).await;
    ids.extend(approved(t, SON_KIM, "NCC", &named(&["Lê Bốn", "Lê Năm", "Lê Sáu"])).await);
    let sources = "INSERT INTO decision_sources (decision_id, position, code, name, percent)
       SELECT d.id, 1, 'trung_uong', 'Ngân sách trung ương', 70 FROM decisions d
       UNION ALL SELECT d.id, 2, 'tinh', 'Ngân sách tỉnh', 30 FROM decisions d";
    t.app.db.read().change(sources, vec![]).await.unwrap();
    let mut declined = named(&["Phan Từ Chối"]);
    declined[0].entry_state = "declined".to_owned();
    declined[0].state = "cancelled".to_owned();
    approved(t, SON_KIM, "NCC", &declined).await;
    approved(t, "18199", "NCC", &named(&["Trần Bảy", "Trần Tám"])).await;
    approved(t, OTHER_DISTRICT, "LDTD", &named(&["Võ Chín"])).await;
    let mut city = t.sign_in("x18070").await;
    let rows = city.get("/chi-tra").await.page();
    let far: Vec<uuid::Uuid> = values(&rows, "chon").iter().map(|id| id.parse().unwrap()).collect();
    pay(&mut city, &far).await;
    let mut above = t.sign_in("h436").await;
    let address = demand(&mut above, far[0], "1.000.000").await.goes_to();
    act(&mut city, &address, "nop", &[("so_tien", "300.000")]).await.goes_to();
    act(&mut city, &address, "nop", &[("so_tien", "200.000")]).await.goes_to();
    let mut clerk = t.sign_in("x18196").await;
    let aside = approved(t, SON_KIM, "BTXH", &named(&["Tạ Mười", "Tạ Mười Một"])).await;
    not_paid(&mut clerk, &aside[..1], "away", "").await.page();
    let mut model = Model::new(&[false, false, true, false, false, false]);
    for seed in 0..3 {
        random_acts(&mut clerk, &ids, &mut model, 20, 11 + seed).await;
        t.pass(chrono::Duration::hours(24));
        clerk = t.sign_in("x18196").await;
    }
    let waiting = "UPDATE beneficiary_lists SET state = 'posted', decision_id = NULL
       WHERE commune_code = '18199'";
    let gone = "UPDATE entitlements SET state = 'cancelled' WHERE commune_code = '18199'";
    for sql in [waiting, gone] {
        t.app.db.read().change(sql, vec![]).await.unwrap();
    }
    ledger_is_sound(t).await;
}

/// Items, people, đồng of each stage, counted row by row without the builder's statements.
async fn truth(t: &TestApp, place: &str) -> Vec<(&'static str, [i64; 3])> {
    let listed = |more: &str| {
        format!(
            "FROM list_entries e WHERE {more} AND {place}",
            more = more,
            place = place.replace("t.", "e.")
        )
    };
    let claims = |state: &str| {
        format!("FROM entitlements t WHERE t.state = 'approved' AND {state} AND {place}")
    };
    let recoveries =
        format!("FROM recoveries r JOIN entitlements t ON t.id = r.entitlement_id WHERE {place}");
    let sum = async |what: &str, from: &str| {
        t.number(&format!("SELECT CAST(COALESCE(SUM({what}), 0) AS BIGINT) {from}")).await
    };
    let mut all = Vec::new();
    let appraised = "e.state = 'listed' AND EXISTS (SELECT 1 FROM beneficiary_lists l
       WHERE l.id = e.list_id AND l.state IN ('appraised', 'approved'))";
    for (stage, from) in [
        ("lap", listed("e.state = 'listed'")),
        ("tham-dinh", listed(appraised)),
        ("tu-choi", listed("e.state = 'declined'")),
    ] {
        let one =
            [sum("1", &from).await, sum("e.people", &from).await, sum("e.due_dong", &from).await];
        all.push((stage, one));
    }
    for (stage, state) in [
        ("duyet", "TRUE"),
        ("da-chi", "t.pay_state = 'paid'"),
        ("chua-chi", "t.pay_state = 'unpaid' AND t.hold = ''"),
        ("khong-chi-duoc", "t.pay_state = 'not_paid'"),
        ("tam-giu", "t.pay_state = 'unpaid' AND t.hold <> ''"),
    ] {
        let from = claims(state);
        let dong = sum("t.amount_dong", &from).await;
        all.push((stage, [sum("1", &from).await, sum("t.people", &from).await, dong]));
    }
    let demanded = [
        sum("1", &recoveries).await,
        sum("t.people", &recoveries).await,
        sum("r.amount_dong", &recoveries).await,
    ];
    all.push(("thu-hoi", demanded));
    let parts = format!(
        "FROM recovery_entries x JOIN recoveries r ON r.id = x.recovery_id
         JOIN entitlements t ON t.id = r.entitlement_id WHERE x.kind = 'part' AND {place}"
    );
    all.push(("nop-lai", [sum("1", &parts).await, 0, sum("r.returned_dong", &recoveries).await]));
    all
}

/// The records of a file; a quoted cell is one cell.
fn records(csv: &str) -> Vec<Vec<String>> {
    let mut all = Vec::new();
    for line in csv.trim_start_matches('\u{feff}').lines() {
        let (mut cells, mut quoted) = (vec![String::new()], false);
        for letter in line.chars() {
            match letter {
                '"' => quoted = !quoted,
                ',' if !quoted => cells.push(String::new()),
                other => cells.last_mut().unwrap().push(other),
            }
        }
        all.push(cells);
    }
    all
}

async fn built(officer: &mut Client, query: &str) -> Vec<Vec<String>> {
    let all = records(&officer.get(&format!("{PATH}/tep/tu-lap.csv?{query}")).await.page());
    assert_eq!(all.last().unwrap()[0], "Cộng", "{query}: {all:?}");
    all
}

fn numbers(record: &[String]) -> Vec<i64> {
    record[1..].iter().map(|cell| cell.parse().unwrap()).collect()
}

/// Every dimension alone with all stages, and every pair with a stage that changes from pair to
/// pair: the sum line is the truth, and the lines and columns add up to it.
async fn every_cut_is_the_truth(t: &TestApp, officer: &mut Client, place: &str) {
    let truth = truth(t, place).await;
    assert!(truth.iter().all(|(stage, all)| all[0] > 0 || *stage == "tu-choi"), "{truth:?}");
    let of = |stage: &str, unit: usize| truth.iter().find(|(s, _)| *s == stage).unwrap().1[unit];
    let order = [
        "lap",
        "tham-dinh",
        "duyet",
        "da-chi",
        "chua-chi",
        "khong-chi-duoc",
        "tam-giu",
        "tu-choi",
        "thu-hoi",
        "nop-lai",
    ];
    for (unit, code) in UNITS.into_iter().enumerate() {
        for dim in DIMS {
            let all = built(officer, &format!("hang={dim}&tinh={code}")).await;
            let wanted: Vec<i64> = order
                .into_iter()
                .filter(|stage| *stage != "nop-lai" || code != "nguoi")
                .map(|stage| of(stage, unit))
                .collect();
            assert_eq!(numbers(all.last().unwrap()), wanted, "{place} {dim} {code}: {all:?}");
        }
    }
    let mut turn = 0;
    for line in DIMS {
        for column in DIMS.into_iter().filter(|column| *column != line) {
            for _ in 0..2 {
                turn += 7;
                let (stage, unit) = (order[turn % 9], turn % 3);
                let query = format!("hang={line}&cot={column}&so={stage}&tinh={}", UNITS[unit]);
                let all = built(officer, &query).await;
                let (sum, lines) = all[1..].split_last().unwrap();
                let sum = numbers(sum);
                assert_eq!(sum.last(), Some(&of(stage, unit)), "{query}: {all:?}");
                assert_eq!(sum[..sum.len() - 1].iter().sum::<i64>(), of(stage, unit), "{query}");
                let sums: i64 = lines.iter().map(|line| *numbers(line).last().unwrap()).sum();
                assert_eq!(sums, of(stage, unit), "{query}");
            }
        }
    }
}

async fn however_it_is_cut_a_table_adds_up_to_its_rows(t: TestApp) {
    province(&t).await;
    let mut above = t.sign_in("tinh42").await;
    every_cut_is_the_truth(&t, &mut above, "t.province_code = '42'").await;
}
on_both!(however_it_is_cut_a_table_adds_up_to_its_rows);

/// Numbers of the plain report by the words in a column of names.
fn by_name(records: &[Vec<String>], name: usize, number: usize) -> BTreeMap<String, i64> {
    let mut all = BTreeMap::new();
    for record in &records[1..] {
        *all.entry(record[name].clone()).or_default() += record[number].parse::<i64>().unwrap();
    }
    all.retain(|_, number| *number != 0);
    all
}

fn lines(records: &[Vec<String>], number: usize) -> BTreeMap<String, i64> {
    by_name(&records[..records.len() - 1], 0, number)
}

async fn tables_equal_the_plain_reports_line_by_line(t: TestApp) {
    province(&t).await;
    let mut above = t.sign_in("tinh42").await;
    let plain = records(&above.get("/bao-cao/tep/tong-hop.csv").await.page());
    for (dim, name) in [("huyen", 0), ("nhom", 2)] {
        // Columns of the plain report: items and đồng of approved, paid, open, not paid, held.
        for (stage, at) in [(3, 4), (4, 7), (5, 10), (6, 13), (7, 16)] {
            let items = built(&mut above, &format!("hang={dim}&tinh=khoan")).await;
            assert_eq!(lines(&items, stage), by_name(&plain, name, at), "{dim} {stage}");
            let dong = built(&mut above, &format!("hang={dim}&tinh=dong")).await;
            assert_eq!(lines(&dong, stage), by_name(&plain, name, at + 2), "{dim} {stage}");
        }
    }
    let days = "tu=15/5/2020&den=16/5/2020";
    let period = records(&above.get(&format!("/bao-cao/tep/tong-hop.csv?{days}")).await.page());
    let paid = built(&mut above, &format!("hang=huyen&so=da-chi&{days}")).await;
    assert_eq!(lines(&paid, 1), by_name(&period, 0, 22), "net items of the period");
    assert_eq!(lines(&paid, 3), by_name(&period, 0, 24), "net đồng of the period");
    let sources = built(&mut above, "hang=nguon&so=da-chi&tinh=dong").await;
    let page = above.get("/bao-cao/nguon-kinh-phi").await.page();
    for line in &sources[1..] {
        let dong = Dong(line[1].parse().unwrap()).to_string();
        assert!(page.contains(&format!("<td class=\"p\">{dong}</td>")), "{line:?}: {page}");
    }
    assert!(sources.len() > 3, "two budgets and what has none: {sources:?}");
    let by_day = built(&mut above, "hang=ngay&so=da-chi").await;
    let counted = "SELECT COUNT(DISTINCT business_day) FROM payment_entries WHERE amount_dong <> 0";
    assert!(by_day.len() as i64 - 2 <= t.number(counted).await && by_day.len() > 3, "{by_day:?}");
    let channels = built(&mut above, "hang=hinh-thuc&so=da-chi").await;
    assert_eq!(channels[1][0], "Tiền mặt");
    assert_eq!(channels.len(), 3, "what was taken back had a channel too: {channels:?}");
}
on_both!(tables_equal_the_plain_reports_line_by_line);

/// The cells of the page's table, line by line, the sum line last.
fn cells(page: &str) -> Vec<Vec<String>> {
    let table = page.split("<table").nth(1).unwrap().split("</table>").next().unwrap();
    let plain = |cell: &str| {
        let text = cell.split_once('>').unwrap().1;
        text.split("</t")
            .next()
            .unwrap()
            .replace("<b>", "")
            .replace("</b>", "")
            .replace("&#38;", "&")
    };
    table
        .split("<tr")
        .skip(1)
        .map(|row| {
            let cells =
                row.split("<t").filter(|cell| cell.starts_with("h ") || cell.starts_with("d "));
            cells.map(plain).collect()
        })
        .collect()
}

async fn the_files_hold_what_the_page_shows(t: TestApp) {
    province(&t).await;
    let mut above = t.sign_in("tinh42").await;
    for query in [
        "hang=xa&tinh=dong",
        "hang=nhom&cot=tinh-trang&so=duyet&tinh=nguoi",
        "hang=quyet-dinh&cot=ngay&so=da-chi&tinh=dong&huyen=439",
        "hang=nguon&nhom=HN",
    ] {
        let shown = cells(&above.get(&format!("{PATH}?{query}")).await.page());
        let file = built(&mut above, query).await;
        assert_eq!(shown[0], file[0], "{query}: heads");
        assert_eq!(shown.len(), file.len(), "{query}");
        for (shown, kept) in shown[1..].iter().zip(&file[1..]) {
            let kept_words: Vec<String> =
                numbers(kept).into_iter().map(|n| Dong(n).to_string()).collect();
            assert_eq!(shown[1..], kept_words, "{query}");
            assert!(shown[0] == kept[0] || shown[0].starts_with("Cộng"), "{query}");
        }
        let xlsx = above.open(&format!("{PATH}/tep/tu-lap.xlsx?{query}")).await;
        let bytes = http_body_util::BodyExt::collect(xlsx.into_body()).await.unwrap().to_bytes();
        let book = sheets::read(&bytes, &sheets::Limits::default()).unwrap();
        let sheet = &book.sheets[0];
        assert_eq!(sheet.rows.len(), file.len(), "{query}");
        for (row, kept) in (2u32..).zip(&file[1..]) {
            for (column, number) in (1u32..).zip(numbers(kept)) {
                let cell = &sheet.cell(row, column).unwrap().value;
                assert_eq!(*cell, Value::Number(number as f64), "{query} {row} {column}");
            }
        }
    }
}
on_both!(the_files_hold_what_the_page_shows);

async fn a_table_holds_the_officers_area_and_the_filters_only(t: TestApp) {
    province(&t).await;
    let mut district = t.sign_in("h439").await;
    let mut clerk = t.sign_in("x18196").await;
    let mut above = t.sign_in("tinh42").await;
    let own = built(&mut clerk, "hang=xa").await;
    assert_eq!(own.len(), 3, "one commune and the sum: {own:?}");
    assert!(own[1][0].contains("Sơn Kim 1"));
    let of_district = built(&mut district, "hang=huyen&tinh=dong").await;
    let filtered = built(&mut above, "hang=huyen&tinh=dong&huyen=439").await;
    assert_eq!(of_district, filtered, "a shared address shows each officer her own area");
    let poor = built(&mut above, "hang=nhom&nhom=HN").await;
    assert_eq!(poor.len(), 3, "{poor:?}");
    let decision = t.number("SELECT COUNT(*) FROM decisions").await;
    let decisions = built(&mut above, "hang=quyet-dinh&so=duyet").await;
    assert!(decisions.len() as i64 - 2 <= decision && decisions.len() > 3, "{decisions:?}");
    for elsewhere in ["huyen=436", "huyen=zz"] {
        assert_eq!(built(&mut clerk, &format!("hang=xa&{elsewhere}")).await, own, "{elsewhere}");
    }
    for elsewhere in ["xa=18070", "xa=99999"] {
        assert_eq!(clerk.get(&format!("{PATH}?{elsewhere}")).await.status, 404, "{elsewhere}");
        let file = clerk.get(&format!("{PATH}/tep/tu-lap.csv?{elsewhere}")).await;
        assert_eq!(file.status, 404, "{elsewhere}");
    }
    // Another district was chosen, the commune of the former one still stood in the form.
    let moved = above.get(&format!("{PATH}?huyen=436&xa=18196&hang=xa")).await.page();
    assert!(moved.contains("thành phố Hà Tĩnh") && !moved.contains("Sơn Kim 1"), "{moved}");
    let mut far = t.sign_in("x18199").await;
    assert_eq!(far.get(&format!("{PATH}?so=da-chi")).await.status, StatusCode::OK);
}
on_both!(a_table_holds_the_officers_area_and_the_filters_only);

async fn wrong_choices_are_told_at_their_field_and_make_no_table(t: TestApp) {
    province(&t).await;
    let mut clerk = t.sign_in("x18196").await;
    let long = "x".repeat(5_000);
    for (query, field, words) in [
        ("hang=zz", "hang", "Hàng: không có “zz”"),
        ("hang=nhom&cot=nhom", "cot", "Hàng và cột đều là “Nhóm đối tượng”"),
        ("cot=%3Cscript%3E", "cot", "không có"),
        ("so=1%27%20OR%20%271", "so", "Số liệu: không có"),
        ("tinh=usd", "tinh", "Đếm bằng: không có “usd”"),
        ("nhom=KHONG", "nhom", "Nhóm: không có"),
        ("quyet-dinh=00000000-0000-0000-0000-000000000000", "quyet-dinh", "Quyết định: không có"),
        ("quyet-dinh=%27", "quyet-dinh", "Quyết định: không có"),
        ("tu=31/2/2020", "tu", "không đọc được"),
        ("tu=2/6/2020&den=1/6/2020", "tu", "sau đến ngày"),
        ("hang=xa&cot=nhom&so=nop-lai&tinh=nguoi", "tinh", "không đếm theo người"),
        (&format!("hang={long}"), "hang", "…”"),
    ] {
        let answer = clerk.get(&format!("{PATH}?{query}")).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{query}");
        assert!(answer.body.contains(words), "{query}: {}", answer.body);
        assert!(answer.body.contains(&format!("href=\"#{field}\"")), "{query}: {}", answer.body);
        assert!(answer.body.contains(&format!("id=\"{field}-error\"")), "{query}");
        assert!(!answer.body.contains("<table") && !answer.body.contains("<script>"), "{query}");
        let file = clerk.get(&format!("{PATH}/tep/tu-lap.xlsx?{query}")).await;
        assert_eq!(file.status, StatusCode::UNPROCESSABLE_ENTITY, "{query}");
        assert!(file.body.contains("Chưa lập được tệp"), "{query}: {}", file.body);
    }
    for name in ["tu-lap.exe", "khac.csv", "tu-lap"] {
        assert_eq!(clerk.get(&format!("{PATH}/tep/{name}")).await.status, 404, "{name}");
    }
    let empty = clerk.get(&format!("{PATH}?tu=1/1/2030")).await.page();
    assert!(empty.contains("Chưa có số liệu nào"), "{empty}");
    assert!(clerk.get(&format!("{PATH}?hang=%00")).await.status.is_client_error());
    let twice = clerk.get(&format!("{PATH}?hang=nhom&hang=xa")).await.status;
    assert!(twice.is_client_error() || twice.is_success(), "{twice}");
}
on_both!(wrong_choices_are_told_at_their_field_and_make_no_table);

async fn a_table_too_large_to_read_is_refused_at_its_field(t: TestApp) {
    let clerk = account(&t, "x18196").await;
    let communes = vec![(SON_KIM.to_owned(), "439".to_owned())];
    let at = Ground { communes, clerk, now: start_instant(), from: 0 };
    entitled(&t.app.db, &at, 600).await.unwrap();
    let (number, day) = match t.app.db.engine() {
        sea_orm::DbBackend::Postgres => ("CAST(p.id AS TEXT)", "DATE '2020-05-18'"),
        _ => ("HEX(p.id)", "'2020-05-18'"),
    };
    let many = format!(
        "INSERT INTO decisions (id, province_code, district_code, number, decided_on, signer_name,
           signer_title, person_count, amount_dong, recorded_by, recorded_at)
         SELECT p.id, '42', '', {number}, {day}, '', '', 0, 0, $1, $2 FROM persons p"
    );
    let db = t.app.db.read();
    db.change(&many, vec![clerk.into(), start_instant().into()]).await.unwrap();
    let mut above = t.sign_in("tinh42").await;
    db.change("UPDATE entitlements SET decision_id = person_id", vec![]).await.unwrap();
    let answer = above.get(&format!("{PATH}?hang=nhom&cot=quyet-dinh&so=duyet")).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(answer.body.contains("quá lớn để đọc"), "{}", answer.body);
    assert_eq!(built(&mut above, "hang=quyet-dinh&so=duyet").await.len(), 602, "long is fine");
    let fine = built(&mut above, "hang=ngay&cot=hinh-thuc&so=da-chi").await;
    assert_eq!(fine[0].len(), 5, "three channels and the sum: {:?}", fine[0]);
    assert_eq!(*fine.last().unwrap().last().unwrap(), "420");
}
on_both!(a_table_too_large_to_read_is_refused_at_its_field);
