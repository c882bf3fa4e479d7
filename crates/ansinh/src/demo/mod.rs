//! The demo: Hà Tĩnh 2020 with its 13 districts and 216 communes, made-up people read from
//! generated workbooks through the same intake as everybody's, and lists in every state.

mod orders;
mod pages;
mod people;
mod workbook;

use std::sync::{Arc, Mutex};

use chrono::{DateTime, Duration, FixedOffset, NaiveDate, Utc};

pub use pages::routes;
pub use people::{Dice, Person};
pub use workbook::{Double, Size, commune_workbook};

use crate::areas::UnitRow;
use crate::clock::{Clock, new_id};
use crate::duties;
use crate::identity::{Actor, Passwords, act_as, create_province_accounts, demo_or_empty};
use crate::intake;
use crate::relief::{self, ListState};
use crate::web::{App, Error, Parts};

/// Password of every account of the demo.
pub const PASSWORD: &str = "an sinh 2020";

/// The commune that has imported nothing yet, so that a visitor can.
pub const EMPTY_COMMUNE: &str = "18196";

/// What the console says when the demo is ready.
pub const SIGNPOST: &str = "
Mật khẩu chung của mọi tài khoản dùng thử: an sinh 2020

  x18196   xã Sơn Kim 1: chưa nhập gì, hãy tải lên một tệp Excel
  x18172   xã Sơn Tây, và mọi xã khác x + mã xã: danh sách ở đủ các bước
  h439     huyện Hương Sơn: thẩm định
  tinh42   tỉnh Hà Tĩnh: ra quyết định (tinh42b: tài khoản tỉnh thứ hai)
  Người dân không cần tài khoản: xem danh sách công khai, tra cứu.
";

/// How much is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Extent {
    /// All 216 communes.
    Province,
    /// A dozen communes of two districts, for tests of the pages.
    Small,
}

/// When the demo's clock starts: a Friday afternoon of the first wave of payments.
pub fn opens_at() -> DateTime<FixedOffset> {
    DateTime::parse_from_rfc3339("2020-06-19T08:20:00+07:00").unwrap_or_default()
}

/// The demo's accounts as JSON, for the browser tests.
pub fn accounts_json() -> String {
    serde_json::json!({ "password": PASSWORD, "empty_commune": EMPTY_COMMUNE }).to_string()
}

/// How far a commune's lists have come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Stage {
    Draft,
    Posted,
    Submitted,
    Appraised,
    Approved,
    Paid,
}

impl Stage {
    /// Most communes are well under way on 19/6/2020, some are late.
    fn of(position: usize) -> Self {
        match position % 12 {
            0 => Self::Draft,
            1 => Self::Posted,
            2 => Self::Submitted,
            3 => Self::Appraised,
            4 | 5 => Self::Approved,
            _ => Self::Paid,
        }
    }
}

/// A copy of the application whose clock the demo moves through the spring of 2020.
struct Past {
    app: App,
    now: Arc<Mutex<DateTime<Utc>>>,
}

impl Past {
    fn of(app: &App) -> Self {
        let now = Arc::new(Mutex::new(opens_at().to_utc()));
        let held = now.clone();
        let clock = Clock::from_fn(move || held.lock().map(|now| *now).unwrap_or_default());
        let parts = Parts {
            db: app.db.clone(),
            areas: app.areas.clone(),
            config: app.config.clone(),
            clock,
            catalogue: app.catalogue.clone(),
            duties: app.duties.clone(),
        };
        Self { app: App::new(parts), now }
    }

    /// Sets the clock to nine in the morning, so many days before the demo opens, plus `minutes`.
    fn days_ago(&self, days: i64, minutes: i64) {
        let then = opens_at().to_utc() - Duration::days(days) + Duration::minutes(40 + minutes);
        if let Ok(mut now) = self.now.lock() {
            *now = then;
        }
    }
}

/// Fills an empty database; returns false when it already holds accounts.
///
/// # Errors
/// Whatever the rooms refuse; the engine's.
pub async fn fill(app: &App, extent: Extent, tell: &mut dyn FnMut(&str)) -> Result<bool, Error> {
    let province = app.config.province.clone();
    if !demo_or_empty(&app.db, &province, PASSWORD).await? {
        return Err(Error::refused(
            "Cơ sở dữ liệu này đã có tài khoản thật",
            "Bản trình diễn chỉ chạy trên cơ sở dữ liệu trống hoặc của chính nó.",
        ));
    }
    let day = units_day();
    let past = Past::of(app);
    past.days_ago(50, 0);
    let now = past.app.clock.now();
    let passwords = Passwords::Shared(PASSWORD);
    let made =
        create_province_accounts(&app.db, &app.areas, &province, day, now, passwords).await?;
    if made.is_empty() {
        return Ok(false);
    }
    let mut dice = Dice::new(2020);
    let mut decided: Vec<(usize, UnitRow)> = Vec::new();
    for (district, communes) in chosen(app, &province, extent) {
        tell(&format!("{}: {} xã", district.full_name, communes.len()));
        for (position, commune) in communes.into_iter().enumerate() {
            prepare(&past, &mut dice, &district, &commune, position, extent).await?;
            decided.push((position, commune));
        }
    }
    tell("Quyết định và chi trả …");
    decide(&past, &province).await?;
    allot(&past, &province).await?;
    pay(&past, &mut dice, &decided).await?;
    tell("Chỉ đạo, rà soát vùng chưa có sóng …");
    orders::order(&past, &mut dice, &decided).await?;
    Ok(true)
}

fn units_day() -> NaiveDate {
    NaiveDate::from_ymd_opt(2020, 6, 1).unwrap_or_default()
}

fn chosen(app: &App, province: &str, extent: Extent) -> Vec<(UnitRow, Vec<UnitRow>)> {
    let day = units_day();
    let all = app.areas.districts(province, day).into_iter().map(|district| {
        let communes = app.areas.communes_of(&district.code, day);
        (district, communes)
    });
    match extent {
        Extent::Province => all.collect(),
        Extent::Small => all
            .filter(|(district, _)| ["439", "446"].contains(&district.code.as_str()))
            .map(|(district, communes)| (district, communes.into_iter().take(13).collect()))
            .collect(),
    }
}

async fn officer(app: &App, username: &str) -> Result<Actor, Error> {
    act_as(&app.db, username).await?.ok_or(Error::NotFound)
}

/// Imports a commune's workbook and takes its lists as far as its stage says, up to appraisal.
async fn prepare(
    past: &Past,
    dice: &mut Dice,
    district: &UnitRow,
    commune: &UnitRow,
    position: usize,
    extent: Extent,
) -> Result<(), Error> {
    if commune.code == EMPTY_COMMUNE {
        return Ok(());
    }
    let app = &past.app;
    let size = match extent {
        Extent::Province => Size { people: 40 + dice.below(50), households: 16 + dice.below(30) },
        Extent::Small => Size { people: 24, households: 8 },
    };
    let double = double(&district.code, position);
    let units = (&*commune.full_name, &*district.full_name);
    let bytes = commune_workbook(dice, units.0, units.1, size, double.as_ref())
        .map_err(|error| Error::internal("demo workbook", error))?;
    let clerk = officer(app, &format!("x{}", commune.code)).await?;
    let stage = Stage::of(position);
    let minutes = position as i64;
    past.days_ago(if stage == Stage::Draft { 1 } else { 40 }, minutes);
    let name = format!("DS ho tro {}.xlsx", vietnam::text::fold(&commune.full_name));
    let received = intake::receive(app, &clerk, "", &name, bytes).await?;
    intake::read_now(app, &clerk, received.file_id).await?;
    intake::commit(app, &clerk, received.file_id).await?;
    let chief = officer(app, &format!("h{}", district.code)).await?;
    for list in relief::lists_of(app, &clerk).await? {
        if stage >= Stage::Posted {
            past.days_ago(if stage == Stage::Posted { 1 } else { 38 }, minutes);
            relief::advance(app, &clerk, list.id, relief::Act::Post).await?;
        }
        if stage >= Stage::Submitted {
            past.days_ago(if stage == Stage::Submitted { 1 } else { 34 }, minutes);
            relief::advance(app, &clerk, list.id, relief::Act::Submit).await?;
        }
        if stage >= Stage::Appraised {
            past.days_ago(if stage == Stage::Appraised { 1 } else { 31 }, minutes);
            relief::advance(app, &chief, list.id, relief::Act::Appraise).await?;
        }
    }
    Ok(())
}

/// The third and the fourth of every six communes list one and the same woman.
fn double(district: &str, position: usize) -> Option<Double> {
    let district: u64 = district.parse().unwrap_or(0);
    let person = Person::made_up(&mut Dice::new(district * 100 + position as u64 / 6));
    match position % 6 {
        2 => Some(Double::Veteran(person)),
        3 => Some(Double::Poor(person)),
        _ => None,
    }
}

/// Two decisions of the province cover what was appraised a month ago; the rest waits.
async fn decide(past: &Past, province: &str) -> Result<(), Error> {
    let app = &past.app;
    past.days_ago(28, 0);
    let chairman = officer(app, &format!("tinh{province}")).await?;
    let deadline = past.app.clock.today();
    let lists: Vec<_> = relief::lists_of(app, &chairman)
        .await?
        .into_iter()
        .filter(|list| list.standing() == ListState::Appraised)
        .filter(|list| list.step_due_on.is_none_or(|due| due < deadline + Duration::days(10)))
        .collect();
    let (first, second): (Vec<_>, Vec<_>) = lists
        .iter()
        .partition(|list| ["NCC", "BTXH", "HN", "HCN"].contains(&list.group_code.as_str()));
    for (number, covered) in [("1502/QĐ-UBND", first), ("1519/QĐ-UBND", second)] {
        let ids: Vec<_> = covered.iter().map(|list| list.id).collect();
        relief::decide(app, &chairman, number, ("Trần Tiến Hưng", "Chủ tịch"), &ids).await?;
    }
    Ok(())
}

/// The central budget gives half of what the province has approved so far, the province a little less than
/// its half: what a finance department looks at is there to be seen.
async fn allot(past: &Past, province: &str) -> Result<(), Error> {
    let app = &past.app;
    let chairman = officer(app, &format!("tinh{province}")).await?;
    let known = relief::budgets(&app.db, &app.catalogue, &chairman.scope).await?;
    for (source, number, percent) in
        [("trung_uong", "2101/QĐ-BTC", 120), ("tinh", "1533/QĐ-UBND", 96)]
    {
        let Some(line) = known.lines.iter().find(|line| line.source == source) else { continue };
        let allotment = relief::Allotment {
            act: new_id(app.clock.now())?,
            programme: line.programme.clone(),
            source: line.source.clone(),
            name: line.name.clone(),
            number: number.to_owned(),
            decided_on: app.clock.today(),
            // To whole millions, as such papers do.
            amount_dong: line.approved / 100 * percent / 1_000_000 * 1_000_000,
            note: String::new(),
            reverses: None,
        };
        if allotment.amount_dong > 0 {
            relief::allot(app, &chairman, &allotment).await?;
        }
    }
    Ok(())
}

/// Communes that pay have paid most of their people over four weeks; a few could not be. Those with
/// something to pay have reported most of the last working days.
async fn pay(past: &Past, dice: &mut Dice, communes: &[(usize, UnitRow)]) -> Result<(), Error> {
    const PAYING: [i64; 6] = [24, 20, 15, 9, 3, 0];
    const REPORTING: i64 = 28;
    for (position, commune) in communes {
        let stage = Stage::of(*position);
        if stage < Stage::Approved || commune.code == EMPTY_COMMUNE {
            continue;
        }
        let clerk = officer(&past.app, &format!("x{}", commune.code)).await?;
        for days in (0..=REPORTING).rev() {
            if stage == Stage::Paid && PAYING.contains(&days) {
                past.days_ago(days, (*position as i64) - 35);
                relief::pay_some(&past.app, &clerk, 10 + dice.below(20) as u64).await?;
            }
            if days > 0 {
                past.days_ago(days, 0);
                report_day(past, dice, &clerk, *position, days).await?;
            }
        }
        whom_to_call(past, dice, &clerk).await?;
    }
    Ok(())
}

/// Most reports are in time, some late, a few missing; every twelfth commune has fallen silent.
async fn report_day(
    past: &Past,
    dice: &mut Dice,
    clerk: &Actor,
    position: usize,
    days: i64,
) -> Result<(), Error> {
    let day = past.app.clock.today();
    let silent = position % 12 == 8 && days <= 5;
    let luck = dice.below(100);
    if !past.app.areas.calendar().is_working_day(day) || silent || luck < 6 {
        return Ok(());
    }
    // Nine in the morning is zero: most send in the afternoon, the late ones after half past five.
    let (minutes, reason) = if luck < 14 {
        (520 + luck as i64, "mạng chậm, gửi muộn")
    } else {
        (390 + luck as i64, "")
    };
    past.days_ago(days, minutes);
    let report = duties::Report {
        act_id: new_id(past.app.clock.now())?,
        day,
        zero: false,
        reason: reason.to_owned(),
    };
    duties::send_report(&past.app, clerk, &report).await?;
    Ok(())
}

async fn whom_to_call(past: &Past, dice: &mut Dice, clerk: &Actor) -> Result<(), Error> {
    const FAMILY: [&str; 5] = ["Nguyễn", "Trần", "Phan", "Lê", "Võ"];
    const GIVEN: [&str; 6] =
        ["Thị Lệ", "Văn Hòa", "Huy Hoàng", "Thị Thủy", "Quốc Việt", "Thị Hằng"];
    let contact = duties::Contact {
        unit: duties::Unit::of(clerk),
        person_name: format!("{} {}", FAMILY[dice.below(5)], GIVEN[dice.below(6)]),
        phone: format!("0239387{:04}", dice.below(10_000)),
        version: 1,
        written_by: clerk.account_id,
        written_at: past.app.clock.now(),
    };
    duties::keep_contact(&past.app, clerk, &contact, 0).await?;
    Ok(())
}
