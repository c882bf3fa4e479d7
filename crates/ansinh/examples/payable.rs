//! Makes a database of Hà Tĩnh with accounts and approved people waiting for their money, and tells
//! which: a line of commune and entitlement each. In the folder given, or on the database of
//! `DATABASE_URL`. Used by `cargo xtask prove`.

#![expect(
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a tool of the proofs tells what it made"
)]

#[path = "../tests/it/paper_columns.rs"]
mod paper_columns;
#[path = "../tests/it/proofs/payable.rs"]
mod payable;

use std::path::Path;

use ansinh::areas::Areas;
use ansinh::database::Database;
use ansinh::identity::{Passwords, act_as, create_province_accounts};
use chrono::{DateTime, NaiveDate};
use payable::{Payable, approve, look_at_tables};

const COMMUNES: usize = 5;
const PEOPLE: usize = 5_000;

type Fault = Box<dyn std::error::Error + Send + Sync>;

#[tokio::main]
async fn main() -> Result<(), Fault> {
    let db = match std::env::var("DATABASE_URL") {
        Ok(url) => Database::open(&url).await?,
        Err(_) => {
            Database::open_folder(Path::new(&std::env::args().nth(1).ok_or("a folder")?)).await?
        }
    };
    let areas = Areas::load(&db).await?;
    let now = DateTime::parse_from_rfc3339("2020-06-19T07:00:00+07:00")?.to_utc();
    let day = NaiveDate::from_ymd_opt(2020, 6, 1).ok_or("a day")?;
    create_province_accounts(&db, &areas, "42", day, now, Passwords::Shared("cat dien")).await?;
    let by = act_as(&db, "tinh42").await?.ok_or("no such account")?.account_id;
    let communes = areas.communes("42", day);
    let person = |n: usize| Payable {
        commune: communes[n % COMMUNES].code.clone(),
        district: communes[n % COMMUNES].parent_code.clone(),
        group: "NCC",
        name: format!("Hồ Thị {n}"),
        hamlet: "Thôn Một".to_owned(),
        monthly: 500_000,
        months: 3,
        people: 1,
        hold: "",
        state: "approved",
    };
    let people: Vec<Payable> = (0..PEOPLE).map(person).collect();
    let ids = approve(&db, (by, now), "1502/QĐ-UBND", &people).await?;
    look_at_tables(&db).await?;
    for (one, id) in people.iter().zip(ids) {
        println!("{} {id}", one.commune);
    }
    db.close().await;
    Ok(())
}
