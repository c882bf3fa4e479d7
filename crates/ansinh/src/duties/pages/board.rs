//! Đôn đốc: who has reported, who is late or silent and since when, whom to call.

use std::collections::{BTreeMap, HashMap};

use askama::Template;
use axum::extract::Query;
use axum::response::Response;
use chrono::NaiveDate;
use serde::Deserialize;
use uuid::Uuid;
use vietnam::date::{vi_date, vi_weekday};

use super::unit::state_words;
use super::{in_commune, may_remind, units_on};
use crate::areas::UnitRow;
use crate::clock::new_id;
use crate::duties::chase::{self, HISTORY_DAYS, Record};
use crate::duties::engine::{Day, instant, silence};
use crate::duties::kinds::PAYMENT_DAY;
use crate::duties::report::closing_words;
use crate::duties::rules::moment_words;
use crate::duties::store;
use crate::duties::types::{Became, Contact, Reminder, Slot, Unit};
use crate::feedback;
use crate::identity::{Scope, account_names};
use crate::relief::{self, CommuneProgress};
use crate::web::{Desk, Error, Page, html, redirect};

/// Periods drawn in a row's strip.
const STRIP: usize = 10;

#[derive(Debug, Deserialize)]
pub(super) struct Asked {
    #[serde(default)]
    huyen: String,
}

/// A sign of the strip.
struct Sign {
    href: &'static str,
    x: usize,
}

/// A commune.
struct Row {
    code: String,
    name: String,
    mark: &'static str,
    word: String,
    /// "3 ngày liền, từ 16/6/2020"; may be empty.
    silent: String,
    last: String,
    paid: String,
    strip: Vec<Sign>,
    strip_words: String,
    person: String,
    phone: String,
    reminded: String,
    remindable: bool,
    became: Option<Became>,
    silence: u32,
}

/// A district in the province's table.
struct DistrictRow {
    code: String,
    name: String,
    counts: Counts,
}

/// How many communes stand how.
#[derive(Debug, Default, Clone, Copy)]
struct Counts {
    owed: usize,
    done: usize,
    late: usize,
    open: usize,
    missed: usize,
    excused: usize,
    escalated: usize,
}

impl Counts {
    fn add(&mut self, became: Option<Became>) {
        let Some(became) = became else { return };
        self.owed += 1;
        match became {
            Became::Done(_) => self.done += 1,
            Became::Late(_) => self.late += 1,
            Became::Open => self.open += 1,
            Became::Missed => self.missed += 1,
            Became::Excused => self.excused += 1,
        }
    }
}

/// An opened book, for everybody above to see.
struct OpenBook {
    text: String,
    href: String,
}

#[derive(Template)]
#[template(path = "duties/templates/board.html")]
struct BoardPage {
    page: Page,
    heading: String,
    lead: String,
    /// The district looked at from the province; empty on its own board.
    district: String,
    back: bool,
    counts: Counts,
    districts: Vec<DistrictRow>,
    rows: Vec<Row>,
    rows_title: String,
    opened: Vec<OpenBook>,
    may_remind: bool,
    remindable: usize,
    batch: String,
    /// Questions and complaints of the ground that are past their day.
    late_voices: i64,
}

/// The address of a board.
pub(super) fn address(district: &str) -> String {
    let fine = !district.is_empty()
        && district.len() <= 5
        && district.bytes().all(|byte| byte.is_ascii_digit());
    if fine { format!("/don-doc?huyen={district}") } else { "/don-doc".to_owned() }
}

/// The part of the province a board is about.
fn ground(desk: &Desk, district: &str) -> Result<Scope, Error> {
    let own = &desk.actor.scope;
    if district.is_empty() {
        return Ok(own.clone());
    }
    let day = units_on(&desk.app, desk.actor.tiers);
    let unit = desk.app.areas.unit(2, district, day).ok_or(Error::NotFound)?;
    let inside = match own {
        Scope::Province { province } => unit.parent_code == *province,
        Scope::District { district: own, .. } => own == district,
        Scope::Commune { .. } => false,
    };
    if !inside {
        return Err(Error::NotFound);
    }
    Ok(Scope::District { province: own.province().to_owned(), district: district.to_owned() })
}

/// Everything known of the communes of a ground.
struct Board {
    scope: Scope,
    /// Today's period, or the last one before a day off.
    slot: Option<Slot>,
    units: BTreeMap<Unit, (Record, Vec<Day>)>,
}

impl Board {
    async fn of(desk: &Desk, district: &str) -> Result<Self, Error> {
        let scope = ground(desk, district)?;
        let (slots, units) = chase::histories(&desk.app, &scope, HISTORY_DAYS).await?;
        Ok(Self { scope, slot: slots.last().cloned(), units })
    }

    fn became(&self, unit: &Unit) -> Option<Became> {
        self.units.get(unit).and_then(|(_, days)| days.last()).and_then(|day| day.became)
    }

    fn silence(&self, unit: &Unit) -> (u32, Option<NaiveDate>) {
        self.units.get(unit).map_or((0, None), |(_, days)| silence(days))
    }
}

/// A province of three tiers sees its districts, and of the communes those silent for long.
fn by_district(desk: &Desk, board: &Board) -> bool {
    matches!(board.scope, Scope::Province { .. }) && desk.actor.tiers == 3
}

/// Units shown on the board whose report of its period is not in.
pub(super) struct Waiting {
    /// The period.
    pub period: Option<NaiveDate>,
    /// Who.
    pub units: Vec<Unit>,
}

/// Who may be reminded.
///
/// # Errors
/// [`Error::NotFound`] outside the scope; the engine's.
pub(super) async fn late_units(desk: &Desk, district: &str) -> Result<Waiting, Error> {
    let board = Board::of(desk, district).await?;
    let least = if by_district(desk, &board) { escalate_after(desk, &board) } else { 0 };
    let waits = |unit: &&Unit| {
        matches!(board.became(unit), Some(Became::Open | Became::Missed))
            && board.silence(unit).0 >= least
    };
    let units = board.units.keys().filter(waits).cloned().collect();
    Ok(Waiting { period: board.slot.map(|slot| slot.start), units })
}

/// `GET /don-doc?huyen=`
pub(super) async fn show(desk: Desk, Query(asked): Query<Asked>) -> Result<Response, Error> {
    if in_commune(&desk) {
        return Ok(redirect(&format!("/don-doc/{}", desk.actor.scope.commune())));
    }
    let board = Board::of(&desk, &asked.huyen).await?;
    let app = &desk.app;
    let today = app.clock.today();
    let day = units_on(app, desk.actor.tiers);
    let by_district = by_district(&desk, &board);
    let communes = communes(&desk, &board.scope, day);
    let facts = Facts::of(&desk, &board).await?;
    let limit = escalate_after(&desk, &board);
    let mut counts = Counts::default();
    let mut districts: Vec<DistrictRow> = Vec::new();
    if by_district {
        let rows = app.areas.districts(board.scope.province(), day);
        districts.extend(rows.into_iter().map(|row| DistrictRow {
            code: row.code,
            name: row.full_name,
            counts: Counts::default(),
        }));
    }
    let mut rows = Vec::new();
    for (unit, row) in &communes {
        let became = board.became(unit);
        let escalated = board.silence(unit).0 >= limit;
        let of_district = districts.iter_mut().find(|one| one.code == unit.district);
        let both = std::iter::once(&mut counts).chain(of_district.map(|one| &mut one.counts));
        for sums in both {
            sums.add(became);
            sums.escalated += usize::from(escalated);
        }
        if !by_district || escalated {
            rows.push(facts.row(&desk, &board, unit, row, today));
        }
    }
    rows.sort_by(|a, b| {
        (rank(a.became), std::cmp::Reverse(a.silence))
            .cmp(&(rank(b.became), std::cmp::Reverse(b.silence)))
            .then_with(|| vietnam::text::compare_vi(&a.name, &b.name))
    });
    let heading = heading(&board, counts, today);
    let remindable = rows.iter().filter(|row| row.remindable).count();
    let view = BoardPage {
        page: desk.page(&heading, "don-doc"),
        lead: lead(&desk, &board, today),
        district: asked.huyen.clone(),
        back: !asked.huyen.is_empty(),
        counts,
        districts,
        rows_title: if by_district {
            format!("{} xã không gửi báo cáo từ {limit} ngày làm việc liền", rows.len())
        } else {
            format!("{} xã, xã trễ xếp trước", rows.len())
        },
        rows,
        opened: opened(&desk, &board, today).await?,
        may_remind: may_remind(&desk.actor),
        remindable,
        batch: new_id(app.clock.now())?.to_string(),
        late_voices: feedback::late(app.db.read(), &board.scope, today).await?,
        heading,
    };
    html(&view)
}

/// Missed so many in a row, a commune is shown to the province too.
fn escalate_after(desk: &Desk, board: &Board) -> u32 {
    let day = board.slot.as_ref().map_or_else(|| desk.app.clock.today(), |slot| slot.start);
    desk.app.duties.payment_day(day).map_or(3, |kind| kind.escalate_after).max(1)
}

fn communes(desk: &Desk, scope: &Scope, day: NaiveDate) -> Vec<(Unit, UnitRow)> {
    let areas = &desk.app.areas;
    let found = match scope {
        Scope::Province { province } => areas.communes(province, day),
        _ => areas.communes_of(scope.district(), day),
    };
    let tiers = desk.actor.tiers;
    let unit = |row: &UnitRow| Unit {
        province: scope.province().to_owned(),
        district: if tiers == 2 { String::new() } else { row.parent_code.clone() },
        commune: row.code.clone(),
        tiers,
    };
    found.into_iter().map(|row| (unit(&row), row)).collect()
}

fn rank(became: Option<Became>) -> u8 {
    match became {
        Some(Became::Missed) => 0,
        Some(Became::Open) => 1,
        Some(Became::Late(_)) => 2,
        Some(Became::Excused) => 3,
        Some(Became::Done(_)) => 4,
        None => 5,
    }
}

fn heading(board: &Board, counts: Counts, today: NaiveDate) -> String {
    let Some(slot) = &board.slot else { return "Chưa có ngày làm việc nào".to_owned() };
    let day = if slot.start == today {
        "hôm nay".to_owned()
    } else {
        format!("ngày {}", vi_date(slot.start))
    };
    match (counts.owed, counts.missed, counts.open) {
        (0, ..) => format!("Không xã nào phải báo cáo chi trả {day}"),
        (_, 0, 0) => format!("Mọi xã đã báo cáo chi trả {day}"),
        (_, 0, open) => format!("{} xã chưa báo cáo chi trả {day}, còn trong hạn", open),
        (_, missed, _) => format!("{} xã chưa báo cáo chi trả {day}", missed),
    }
}

fn lead(desk: &Desk, board: &Board, today: NaiveDate) -> String {
    let Some(slot) = &board.slot else { return String::new() };
    let day = slot.start;
    let closing = closing_words(&desk.app, day);
    let state = if desk.app.clock.now() < slot.due_at {
        format!("Hạn {closing}")
    } else {
        format!("Sổ đã khóa lúc {closing}; gửi sau giờ này ghi là trễ, kèm lý do")
    };
    let off = if day == today { "" } else { " Hôm nay là ngày nghỉ." };
    format!("Cập nhật chi trả {} {}. {state}.{off}", vi_weekday(day), vi_date(day))
}

/// Closed books that are open again now.
async fn opened(desk: &Desk, board: &Board, today: NaiveDate) -> Result<Vec<OpenBook>, Error> {
    const OPEN_DAYS_MAX: i64 = 8;
    let now = desk.app.clock.now();
    let since = now - chrono::Duration::days(OPEN_DAYS_MAX);
    let mut found = store::reopenings(desk.app.db.read(), &board.scope, since).await?;
    found.retain(|one| one.open_at(now));
    let who: Vec<Uuid> = found.iter().map(|one| one.opened_by).collect();
    let names = account_names(desk.app.db.read(), &who).await?;
    let day = units_on(&desk.app, desk.actor.tiers);
    let book = |one: &crate::duties::types::Reopening| OpenBook {
        text: format!(
            "{}: sổ ngày {} mở lại đến {}, {} mở, lý do: {}",
            desk.app.areas.commune_name(&one.unit.commune, day),
            vi_date(one.day),
            moment_words(one.until_at, today),
            names.get(&one.opened_by).map_or("cấp trên", |(name, _)| name.as_str()),
            one.reason
        ),
        href: format!("/don-doc/{}", one.unit.commune),
    };
    Ok(found.iter().map(book).collect())
}

/// What the rows tell beside the reports.
struct Facts {
    progress: HashMap<String, CommuneProgress>,
    /// Communes with entries on the board's day.
    recording: Vec<(String, String)>,
    contacts: HashMap<Unit, Contact>,
    reminders: Vec<Reminder>,
}

impl Facts {
    async fn of(desk: &Desk, board: &Board) -> Result<Self, Error> {
        let conn = desk.app.db.read();
        let scope = &board.scope;
        let day = board.slot.as_ref().map_or_else(|| desk.app.clock.today(), |slot| slot.start);
        let progress = relief::commune_progress(conn, scope).await?;
        let contacts = store::contacts(conn, scope).await?;
        let reminders = store::reminders(conn, scope, PAYMENT_DAY, instant(day, 0)).await?;
        Ok(Self {
            progress: progress.into_iter().map(|one| (one.commune_code.clone(), one)).collect(),
            recording: relief::communes_recording(conn, scope, day).await?,
            contacts: contacts.into_iter().map(|one| (one.unit.clone(), one)).collect(),
            reminders: reminders.into_iter().filter(|one| one.period == day).collect(),
        })
    }

    fn row(&self, desk: &Desk, board: &Board, unit: &Unit, row: &UnitRow, today: NaiveDate) -> Row {
        let became = board.became(unit);
        let (missed, since) = board.silence(unit);
        let known = board.units.get(unit);
        let last = known.and_then(|(record, _)| record.acts.last());
        let contact = self.contacts.get(unit);
        let reminded = self.reminders.iter().find(|one| one.unit == *unit);
        let progress = self.progress.get(&unit.commune);
        let (strip, strip_words) = known.map_or_else(|| strip(&[]), |(_, days)| strip(days));
        let (mark, word) = self.state(unit, became, known.map(|(record, _)| record), today);
        Row {
            code: unit.commune.clone(),
            name: row.full_name.clone(),
            mark,
            word,
            silent: match (missed, since) {
                (2.., Some(since)) => format!("{missed} ngày liền, từ {}", vi_date(since)),
                _ => String::new(),
            },
            last: last.map_or_else(String::new, |act| moment_words(act.acted_at, today)),
            paid: progress.map_or_else(String::new, |one| percent(one.paid, one.approved)),
            strip,
            strip_words,
            person: contact.map_or_else(String::new, |one| one.person_name.clone()),
            phone: contact.map_or_else(String::new, |one| one.phone.clone()),
            reminded: reminded.map_or_else(String::new, |one| {
                format!("đã nhắc {}", moment_words(one.sent_at, today))
            }),
            remindable: may_remind(&desk.actor)
                && matches!(became, Some(Became::Open | Became::Missed)),
            became,
            silence: missed,
        }
    }

    fn state(
        &self,
        unit: &Unit,
        became: Option<Became>,
        record: Option<&Record>,
        today: NaiveDate,
    ) -> (&'static str, String) {
        let recorded = self
            .recording
            .iter()
            .any(|(district, commune)| *district == unit.district && *commune == unit.commune);
        let (mark, word) = state_words(became);
        match became {
            Some(Became::Missed) if recorded => ("nua", "Ghi dở, chưa gửi báo cáo".to_owned()),
            Some(Became::Missed) => (mark, "Chưa cập nhật".to_owned()),
            Some(Became::Open) if recorded => (mark, "Đang ghi, chưa gửi".to_owned()),
            Some(Became::Open) => (mark, "Chưa gửi, còn hạn".to_owned()),
            Some(Became::Late(at)) => (mark, format!("Trễ, {}", moment_words(at, today))),
            Some(Became::Excused) => {
                let live = record.and_then(|record| {
                    record.excuses.iter().rev().find(|one| one.revoked_at.is_none())
                });
                (mark, live.map_or(word.to_owned(), |one| format!("Miễn: {}", one.reason)))
            }
            Some(Became::Done(_)) | None => (mark, word.to_owned()),
        }
    }
}

/// A percentage without decimals, cut: only all is 100 %.
fn percent(part: i64, whole: i64) -> String {
    if whole <= 0 {
        return String::new();
    }
    format!("{} %", i128::from(part.max(0)) * 100 / i128::from(whole))
}

/// Signs of the last periods, today at the right, and what they say in words.
fn strip(days: &[Day]) -> (Vec<Sign>, String) {
    const STEP: usize = 14;
    let shown = &days[days.len().saturating_sub(STRIP)..];
    let first = STRIP - shown.len();
    let mut signs = Vec::with_capacity(shown.len());
    let (mut done, mut late, mut missed, mut excused) = (0, 0, 0, 0);
    for (at, day) in shown.iter().enumerate() {
        let (href, counter) = match day.became {
            Some(Became::Done(_)) => ("#kd", &mut done),
            Some(Became::Late(_)) => ("#kl", &mut late),
            Some(Became::Missed) => ("#kn", &mut missed),
            Some(Became::Excused) => ("#km", &mut excused),
            Some(Became::Open) | None => continue,
        };
        *counter += 1;
        signs.push(Sign { href, x: (first + at) * STEP });
    }
    let words = format!(
        "{} ngày: {done} đúng hạn, {late} trễ, {missed} không gửi, {excused} được miễn",
        shown.len()
    );
    (signs, words)
}
