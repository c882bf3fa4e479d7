//! Times payments as 216 clerks record them at the same time, one by one, through the function that
//! the page calls: judged, written, on the disk (synchronous=FULL) before it is answered.
//! On SQLite in a temporary folder, or on the database of `DATABASE_URL`. Run by `cargo xtask bench`.

#![expect(
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a benchmark measures time and tells it"
)]

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::{Duration, Instant};

use ansinh::areas::{Areas, UnitRow};
use ansinh::clock::{Clock, new_id};
use ansinh::config::Config;
use ansinh::database::{Database, Sql, bulk_insert};
use ansinh::identity::{Actor, Passwords, Scope, act_as, create_province_accounts};
use ansinh::relief::{
    Catalogue, Channel, Deed, Order, Outcome, Payee, ledger_differences, record_payments,
};
use ansinh::web::{App, Parts};
use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::Value;
use uuid::Uuid;

type Fault = Box<dyn std::error::Error + Send + Sync>;

const CLIENTS: usize = 216;
const ENTITLEMENTS: usize = 120_000;
const SECONDS: u64 = 8;
const DONG: i64 = 1_500_000;

#[tokio::main(flavor = "multi_thread")]
async fn main() -> Result<(), Fault> {
    let folder = std::env::temp_dir().join(format!("ansinh-bench-{}", std::process::id()));
    let db = match std::env::var("DATABASE_URL") {
        Ok(url) => Database::open(&url).await?,
        Err(_) => Database::open_folder(&folder).await?,
    };
    let app = start(db).await?;
    let communes = app.areas.communes("42", day(2020, 6, 1));
    let stock = fill(&app, &communes).await?;

    let begin = Instant::now();
    let until = begin + Duration::from_secs(SECONDS);
    let mut clerks = Vec::new();
    for (at, own) in stock.into_iter().enumerate() {
        let commune = &communes[at % communes.len()].code;
        let actor = act_as(&app.db, &format!("x{commune}")).await?.ok_or("no such account")?;
        clerks.push(tokio::spawn(clerk(app.clone(), Arc::new(actor), own, until)));
    }
    let mut times = Vec::new();
    for clerk in clerks {
        times.extend(clerk.await??);
    }
    let took = begin.elapsed().as_secs_f64();
    times.sort_unstable();
    let part = |share: f64| times[((times.len() - 1) as f64 * share) as usize].as_secs_f64() * 1e3;
    println!(
        "  {} payments by {CLIENTS} clients among {ENTITLEMENTS} entitlements in {took:.2} s: \
         {:.0}/s; p50 {:.1} ms, p99 {:.1} ms, longest {:.1} ms (floor 2,000/s, p99 250 ms)",
        times.len(),
        times.len() as f64 / took,
        part(0.5),
        part(0.99),
        part(1.0),
    );
    check(&app, times.len()).await?;
    let _ = std::fs::remove_dir_all(&folder);
    Ok(())
}

async fn start(db: Database) -> Result<App, Fault> {
    let areas = Areas::load(&db).await?;
    let at = DateTime::parse_from_rfc3339("2020-05-20T08:00:00+07:00")?.to_utc();
    let accounts = Passwords::Shared("bench bench");
    create_province_accounts(&db, &areas, "42", day(2020, 6, 1), at, accounts).await?;
    Ok(App::new(Parts {
        db,
        areas,
        config: Config::default(),
        clock: Clock::starting_at(at),
        catalogue: Catalogue::load(None)?,
    }))
}

/// One clerk: a payment, its answer, the next.
async fn clerk(
    app: App,
    actor: Arc<Actor>,
    mut own: VecDeque<Uuid>,
    until: Instant,
) -> Result<Vec<Duration>, Fault> {
    let mut times = Vec::new();
    while let Some(entitlement) = own.pop_front() {
        let begin = Instant::now();
        if begin >= until {
            break;
        }
        let order = Order {
            act_id: new_id(app.clock.now())?,
            entitlement_id: entitlement,
            deed: Deed::Pay { amount: DONG, channel: Channel::Cash, payee: Payee::Person },
            business_day: app.clock.today(),
            note: String::new(),
        };
        let outcomes = record_payments(&app, &actor, &[order]).await?;
        if outcomes != [Outcome::Created { amount: DONG }] {
            return Err(format!("not recorded: {outcomes:?}").into());
        }
        times.push(begin.elapsed());
    }
    Ok(times)
}

/// What was answered is there, once.
async fn check(app: &App, paid: usize) -> Result<(), Fault> {
    let conn = app.db.read();
    let entries = conn.number("SELECT COUNT(*) FROM payment_entries", vec![]).await?;
    let sum = "SELECT CAST(SUM(paid_dong) AS BIGINT) FROM entitlements";
    let sum = conn.number(sum, vec![]).await?;
    let scope = Scope::Province { province: "42".to_owned() };
    let differences = ledger_differences(conn, &scope).await?.len();
    let wanted = i64::try_from(paid)?;
    if entries != wanted || sum != wanted * DONG || differences != 0 {
        return Err(format!("{paid} answered, {entries} entries, {sum} đồng").into());
    }
    println!("  checked: every payment answered is in the ledger, once, and no other");
    Ok(())
}

fn day(year: i32, month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, day).unwrap_or_default()
}

/// An approved list a commune; for each client the entitlements it will pay.
async fn fill(app: &App, communes: &[UnitRow]) -> Result<Vec<VecDeque<Uuid>>, Fault> {
    let now = app.clock.now();
    let province = act_as(&app.db, "tinh42").await?.ok_or("no province account")?.account_id;
    let mut stock = vec![VecDeque::new(); CLIENTS];
    let decision = new_id(now)?;
    let rows = vec![vec![
        decision.into(),
        "42".into(),
        "".into(),
        "1/QĐ-UBND".into(),
        day(2020, 5, 10).into(),
        "Nguyễn Văn An".into(),
        "Chủ tịch".into(),
        i64::try_from(ENTITLEMENTS)?.into(),
        0i64.into(),
        province.into(),
        now.into(),
    ]];
    insert(
        app,
        "decisions",
        "id, province_code, district_code, number, decided_on, signer_name, signer_title, \
         person_count, amount_dong, recorded_by, recorded_at",
        rows,
    )
    .await?;
    for (at, commune) in communes.iter().enumerate() {
        let own = ENTITLEMENTS / communes.len();
        let clients: Vec<usize> = (at..CLIENTS).step_by(communes.len()).collect();
        let ids = commune_rows(app, commune, province, decision, own).await?;
        for (n, id) in ids.into_iter().enumerate() {
            if let Some(client) = clients.get(n % clients.len().max(1)) {
                stock[*client].push_back(id);
            }
        }
    }
    Ok(stock)
}

async fn commune_rows(
    app: &App,
    commune: &UnitRow,
    account: Uuid,
    decision: Uuid,
    rows: usize,
) -> Result<Vec<Uuid>, Fault> {
    let now: DateTime<Utc> = app.clock.now();
    let (code, district) = (commune.code.as_str(), commune.parent_code.as_str());
    let list = new_id(now)?;
    insert(
        app,
        "beneficiary_lists",
        "id, province_code, district_code, commune_code, tiers, unit_date, programme_code, \
         group_code, round, state, prepared_by, prepared_at, decision_id",
        vec![vec![
            list.into(),
            "42".into(),
            district.into(),
            code.into(),
            3i16.into(),
            day(2020, 6, 1).into(),
            "NQ42".into(),
            "NCC".into(),
            1i32.into(),
            "approved".into(),
            account.into(),
            now.into(),
            decision.into(),
        ]],
    )
    .await?;
    let (mut persons, mut entries, mut entitlements, mut ids) = (vec![], vec![], vec![], vec![]);
    for n in 0..rows {
        let (person, entry, id) = (new_id(now)?, new_id(now)?, new_id(now)?);
        persons.push(vec![person.into(), now.into()]);
        let name = format!("nguyen van {n}");
        entries.push(entry_row(entry, person, list, district, code, &name));
        let mut row: Vec<Value> = vec!["42".into(), id.into(), entry.into(), list.into()];
        row.extend([decision.into(), person.into(), "NQ42".into(), "NCC".into()]);
        row.extend([district.into(), code.into(), 3i16.into(), 500_000i64.into(), 3i32.into()]);
        row.extend([1i32.into(), DONG.into(), "approved".into(), now.into()]);
        entitlements.push(row);
        ids.push(id);
    }
    insert(app, "persons", "id, created_at", persons).await?;
    insert(
        app,
        "list_entries",
        "province_code, id, list_id, district_code, commune_code, tiers, group_code, person_id, \
         full_name, name_key, sort_key, hamlet, raw, state",
        entries,
    )
    .await?;
    insert(
        app,
        "entitlements",
        "province_code, id, entry_id, list_id, decision_id, person_id, exclusion_group, group_code, \
         district_code, commune_code, tiers, monthly_dong, months, people, amount_dong, state, \
         approved_at",
        entitlements,
    )
    .await?;
    Ok(ids)
}

fn entry_row(
    entry: Uuid,
    person: Uuid,
    list: Uuid,
    district: &str,
    commune: &str,
    name: &str,
) -> Vec<Value> {
    let mut row: Vec<Value> = vec!["42".into(), entry.into(), list.into(), district.into()];
    row.extend([commune.into(), 3i16.into(), "NCC".into(), person.into(), name.into()]);
    row.extend([name.into(), name.into(), "Thôn 1".into(), "{}".into(), "listed".into()]);
    row
}

async fn insert(
    app: &App,
    table: &'static str,
    columns: &'static str,
    rows: Vec<Vec<Value>>,
) -> Result<(), Fault> {
    let columns: Vec<&str> = columns.split(", ").collect();
    app.db
        .run_tx::<_, sea_orm::DbErr, _, _>("bench.fill", |tx| {
            let (rows, columns) = (rows.clone(), columns.clone());
            async move {
                bulk_insert(&tx, table, &columns, rows, "").await?;
                Ok((tx, ()))
            }
        })
        .await?;
    Ok(())
}
