//! Times intake as an officer meets it: file received, read, checked, matched, committed.
//! First 400,000 rows in 20 workbooks of the province, compared with one another by the worker, then
//! one commune's 2,000 rows beside them, then rows one by one: written, and compared with all others.
//! On SQLite in a temporary folder, or on the database of `DATABASE_URL`. Run by `cargo xtask bench`.

#![expect(
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a benchmark measures time and tells it"
)]

use std::time::Instant;

use ansinh::areas::{Areas, UnitRow};
use ansinh::clock::{Clock, new_id};
use ansinh::config::Config;
use ansinh::database::{Database, Sql};
use ansinh::demo::{Dice, Person};
use ansinh::duties::Kinds;
use ansinh::identity::{Actor, Passwords, act_as, create_province_accounts};
use ansinh::intake;
use ansinh::relief::{Birth, Catalogue, NewEntry, Source, compare_lists, compare_waiting, enlist};
use ansinh::web::{App, Error, Parts};
use chrono::{DateTime, NaiveDate};
use sheets::{CellOut, Column, ColumnKind, XlsxWriter};
use uuid::Uuid;

const FILES: usize = 20;
const ROWS_A_FILE: usize = 20_000;
const COMMUNE_ROWS: usize = 2_000;
const SINGLE_ROWS: usize = 500;
const GROUPS: [(&str, f64); 3] =
    [("NCC", 1_500_000.0), ("BTXH", 1_500_000.0), ("LDTD", 3_000_000.0)];

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder = std::env::temp_dir().join(format!("ansinh-bench-{}", std::process::id()));
    let db = match std::env::var("DATABASE_URL") {
        Ok(url) => Database::open(&url).await?,
        Err(_) => Database::open_folder(&folder).await?,
    };
    let areas = Areas::load(&db).await?;
    let day = NaiveDate::from_ymd_opt(2020, 6, 1).ok_or("a day")?;
    let start = DateTime::parse_from_rfc3339("2020-05-04T08:00:00+07:00")?.to_utc();
    create_province_accounts(&db, &areas, "42", day, start, Passwords::Shared("bench bench"))
        .await?;
    let config = Config::default();
    let duties = Kinds::load(&db, &config, start).await?;
    let catalogue = Catalogue::load(None)?;
    let clock = Clock::starting_at(start);
    let app = App::new(Parts { db, areas, config, clock, catalogue, duties });
    let communes = app.areas.communes("42", day);
    let mut dice = Dice::new(2020);

    let mut seconds = 0.0;
    for file in 0..FILES {
        let bytes = workbook(&mut dice, &communes, ROWS_A_FILE)?;
        let (written, took) = take(&app, "tinh42", &format!("tinh-{file}.xlsx"), bytes).await?;
        seconds += took;
        println!("  file {:2}: {written} rows in {took:.2} s", file + 1);
    }
    println!("  {} rows in all: {seconds:.1} s (floor 60 s)", FILES * ROWS_A_FILE);
    let clock = Instant::now();
    let raised = compare_waiting(&app).await?;
    println!("  compared by the worker: {:.1} s, {raised} warnings", clock.elapsed().as_secs_f64());

    let own: Vec<UnitRow> = communes.iter().filter(|c| c.code == "18196").cloned().collect();
    let bytes = workbook(&mut dice, &own, COMMUNE_ROWS)?;
    let (written, took) = take(&app, "x18196", "son-kim-1.xlsx", bytes).await?;
    println!("  a commune's {written} rows beside them: {took:.2} s (floor 2 s)");
    one_by_one(&app, &mut dice).await?;
    std::fs::remove_dir_all(&folder).ok();
    Ok(())
}

/// One row against everything, with all that it reads and writes.
async fn one_by_one(app: &App, dice: &mut Dice) -> Result<(), Box<dyn std::error::Error>> {
    let actor = act_as(&app.db, "x18196").await?.ok_or("no such account")?;
    let mut times = Vec::with_capacity(SINGLE_ROWS);
    for _ in 0..SINGLE_ROWS {
        let lists = write_one(app, &actor, &Person::made_up(dice)).await?;
        let clock = Instant::now();
        compare_lists(app, &lists).await?;
        times.push(clock.elapsed().as_secs_f64() * 1000.0);
    }
    times.sort_by(f64::total_cmp);
    let at = |share: f64| times[(times.len() as f64 * share) as usize];
    println!(
        "  one row against everything: p50 {:.1} ms, p95 {:.1} ms, p99 {:.1} ms (floor 10 ms)",
        at(0.5),
        at(0.95),
        at(0.99)
    );
    Ok(())
}

async fn write_one(app: &App, actor: &Actor, person: &Person) -> Result<Vec<Uuid>, Error> {
    let now = app.clock.now();
    let source = Source {
        file_id: new_id(now)?,
        programme_code: "NQ42".to_owned(),
        unit_date: NaiveDate::from_ymd_opt(2020, 6, 1).unwrap_or_default(),
        province_code: "42".to_owned(),
        tiers: 3,
    };
    let (day, month, year) = person.birth;
    let part = |n: u32| i32::try_from(n).ok();
    let row = NewEntry {
        commune_code: "18196".to_owned(),
        district_code: "439".to_owned(),
        group_code: "NCC".to_owned(),
        full_name: person.name.clone(),
        birth: Birth { year: Some(year), month: part(month), day: part(day) },
        sex: Some(if person.woman { "F" } else { "M" }.to_owned()),
        id_number: Some(person.id_number.clone()).filter(|number| !number.is_empty()),
        hamlet: person.hamlet.to_owned(),
        line: 1,
        ..NewEntry::default()
    };
    let (source, row) = (&source, &row);
    app.db
        .run_tx::<_, Error, _, _>("bench.row", |tx| async move {
            let done = enlist(&tx, app, actor, now, source, vec![row.clone()]).await?;
            Ok((tx, done.list_ids))
        })
        .await
}

async fn take(
    app: &App,
    username: &str,
    name: &str,
    bytes: Vec<u8>,
) -> Result<(i64, f64), Box<dyn std::error::Error>> {
    let actor = act_as(&app.db, username).await?.ok_or("no such account")?;
    let before = entries(app).await?;
    let clock = Instant::now();
    let received = intake::receive(app, &actor, "", name, bytes).await?;
    let kept = clock.elapsed().as_secs_f64();
    intake::read_now(app, &actor, received.file_id).await?;
    let read = clock.elapsed().as_secs_f64();
    intake::commit(app, &actor, received.file_id).await?;
    // A long file is written by the worker; this waits for it.
    intake::read_now(app, &actor, received.file_id).await?;
    let all = clock.elapsed().as_secs_f64();
    let (reading, writing) = (read - kept, all - read);
    println!("    received {kept:.2} s, read and checked {reading:.2} s, committed {writing:.2} s");
    Ok((entries(app).await? - before, all))
}

async fn entries(app: &App) -> Result<i64, sea_orm::DbErr> {
    app.db.read().number("SELECT COUNT(*) FROM list_entries", vec![]).await
}

fn workbook(
    dice: &mut Dice,
    communes: &[UnitRow],
    rows: usize,
) -> Result<Vec<u8>, Box<dyn std::error::Error>> {
    let titles = [
        "STT",
        "Họ và tên",
        "Ngày sinh",
        "Giới tính",
        "Số CMND/CCCD",
        "Thôn",
        "Xã",
        "Đối tượng",
        "Số tháng",
        "Số tiền",
    ];
    let columns: Vec<Column> = titles
        .iter()
        .map(|title| Column { title: (*title).to_owned(), width: 16.0, kind: ColumnKind::Text })
        .collect();
    let mut writer = XlsxWriter::new("Danh sách", &columns)?;
    for row in 0..rows {
        let person = Person::made_up(dice);
        let (day, month, year) = person.birth;
        let (group, dong) = GROUPS[dice.below(GROUPS.len())];
        writer.row(&[
            CellOut::Whole(row as i64 + 1),
            CellOut::Text(&person.name),
            CellOut::Text(&format!("{day:02}/{month:02}/{year}")),
            CellOut::Text(if person.woman { "Nữ" } else { "Nam" }),
            CellOut::Text(&person.id_number),
            CellOut::Text(person.hamlet),
            CellOut::Text(&communes[dice.below(communes.len())].full_name),
            CellOut::Text(group),
            CellOut::Whole(3),
            CellOut::Number(dong),
        ])?;
    }
    Ok(writer.finish()?)
}
