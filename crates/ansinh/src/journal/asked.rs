//! The filters in the address, and what they ask of the audit record.

use chrono::NaiveDate;
use serde::Deserialize;
use uuid::Uuid;
use vietnam::text::fold;

use crate::audit::{self, KINDS, Printed, Wanted, first_id_of};
use crate::identity::{self, Scope, Seat};
use crate::relief::{day_typed, papers_numbered};
use crate::web::{Desk, Error, FieldError, encode};

/// Longest span of days in which a receipt is looked for.
const RECEIPT_DAYS: i64 = 31;

/// The filters as they stand in the address.
#[derive(Debug, Clone, Deserialize, Default)]
#[serde(default)]
pub(super) struct Asked {
    pub tu: String,
    pub den: String,
    #[serde(rename = "don-vi")]
    pub unit: String,
    #[serde(rename = "can-bo")]
    pub officer: String,
    pub viec: String,
    pub so: String,
    pub sau: String,
}

/// Part of the filter that says a whole district: its own unit and its communes.
pub(super) const WHOLE: &str = "khu-";

impl Asked {
    /// The filters without the path, `?` first; empty when there are none.
    pub(super) fn text(&self) -> String {
        let pairs = [
            ("tu", &self.tu),
            ("den", &self.den),
            ("don-vi", &self.unit),
            ("can-bo", &self.officer),
            ("viec", &self.viec),
            ("so", &self.so),
        ];
        let pairs: Vec<String> = pairs
            .into_iter()
            .filter(|(_, value)| !value.is_empty())
            .map(|(name, value)| format!("{name}={}", encode(value)))
            .collect();
        if pairs.is_empty() { String::new() } else { format!("?{}", pairs.join("&")) }
    }

    /// What goes on record of an export: a name or a number that was looked for stays out.
    pub(super) fn for_record(&self) -> String {
        let mut plain = self.clone();
        for field in [&mut plain.officer, &mut plain.so] {
            if !field.is_empty() {
                "…".clone_into(field);
            }
        }
        plain.text()
    }

    /// The address of the following page.
    pub(super) fn after(&self, last: Uuid) -> String {
        let text = self.text();
        let joint = if text.is_empty() { '?' } else { '&' };
        format!("/nhat-ky{text}{joint}sau={last}")
    }
}

/// Everybody in the area, and what is wanted of them; errors where a filter cannot be understood.
pub(super) struct Understood {
    pub seats: Vec<Seat>,
    pub wanted: Wanted,
    pub errors: Vec<FieldError>,
}

/// Reads the filters for this officer.
///
/// # Errors
/// The engine's.
pub(super) async fn understand(desk: &Desk, asked: &Asked) -> Result<Understood, Error> {
    let (conn, scope) = (desk.app.db.read(), &desk.actor.scope);
    let seats = identity::seats(conn, scope).await?;
    let mut errors = Vec::new();
    let mut wanted = Wanted::default();
    let from = day(&asked.tu, "tu", "Từ ngày", &mut errors);
    let to = day(&asked.den, "den", "Đến ngày", &mut errors);
    if from.zip(to).is_some_and(|(from, to)| from > to) {
        let told = "Đến ngày: sớm hơn Từ ngày nên không có mục nào. Đổi lại một trong hai ngày.";
        errors.push(FieldError::new("den", told));
    }
    wanted.from = from.map_or(Uuid::nil(), first_id_of);
    wanted.before = to.and_then(|day| day.succ_opt()).map_or(Uuid::max(), first_id_of);
    if let Ok(after) = Uuid::parse_str(&asked.sau) {
        wanted.before = wanted.before.min(after);
    }
    choose_accounts(scope, &seats, asked, &mut wanted, &mut errors);
    if let Some(kind) = KINDS.iter().find(|kind| kind.code == asked.viec) {
        wanted.actions = kind.acts.iter().map(|(name, _)| *name).collect();
    }
    let number: String = asked.so.chars().filter(|c| !c.is_control()).take(60).collect();
    let number = number.trim().trim_start_matches('#');
    if !number.is_empty() {
        let mut printed = by_number(number);
        let receipt = printed.iter().any(|one| matches!(one, Printed::Receipt(_)));
        let near = from.zip(to).is_some_and(|(from, to)| (to - from).num_days() < RECEIPT_DAYS);
        if receipt && !near {
            printed.retain(|one| !matches!(one, Printed::Receipt(_)));
            let told = "Từ ngày: tìm theo số phiếu chi thì ghi thêm Từ ngày và Đến ngày quanh ngày \
                        trên phiếu, cách nhau nhiều nhất 31 ngày.";
            errors.push(FieldError::new("tu", told));
        }
        let papers = papers_numbered(conn, scope, number).await?;
        printed.extend(papers.into_iter().map(|(kind, id)| Printed::Subject(kind, id)));
        wanted.printed = Some(printed);
    }
    Ok(Understood { seats, wanted, errors })
}

fn day(text: &str, field: &str, label: &str, errors: &mut Vec<FieldError>) -> Option<NaiveDate> {
    let text = text.trim();
    let found = day_typed(text);
    if found.is_none() && !text.is_empty() {
        let told =
            format!("{label}: \"{text}\" không phải là ngày. Ghi ngày/tháng/năm: 19/6/2020.");
        errors.push(FieldError::new(field, told));
    }
    found
}

/// What a number on paper may be: an entry of the journal, a receipt.
fn by_number(number: &str) -> Vec<Printed> {
    let mut printed = Vec::new();
    if let Some(seq) = number.parse::<i64>().ok().filter(|seq| *seq > 0) {
        printed.push(Printed::Entry(seq));
    }
    if number.len() == 8 && number.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        printed.push(Printed::Receipt(number.to_lowercase()));
    }
    printed
}

/// Whose acts are wanted. Below the province only named accounts ever are.
fn choose_accounts(
    scope: &Scope,
    seats: &[Seat],
    asked: &Asked,
    wanted: &mut Wanted,
    errors: &mut Vec<FieldError>,
) {
    let mut chosen: Vec<&Seat> = seats.iter().collect();
    if let Some(district) = asked.unit.strip_prefix(WHOLE) {
        chosen.retain(|seat| seat.scope.district() == district);
    } else if !asked.unit.is_empty() {
        let unit = seats.iter().find(|seat| seat.unit && seat.username == asked.unit);
        chosen.retain(|seat| unit.is_some_and(|unit| unit.scope == seat.scope));
    }
    let name = fold(asked.officer.trim());
    if !name.is_empty() {
        chosen.retain(|seat| fold(&seat.called).contains(&name) || seat.username.contains(&name));
        if chosen.is_empty() {
            let told = "Cán bộ: trong khu vực này không có ai tên như vậy. Ghi một phần họ tên, \
                        hoặc tên đăng nhập.";
            errors.push(FieldError::new("can-bo", told));
        }
    }
    let everybody = asked.unit.is_empty() && name.is_empty();
    if everybody && matches!(scope, Scope::Province { .. }) {
        return;
    }
    wanted.accounts = Some(chosen.iter().map(|seat| seat.id).collect());
}

/// Reads entries as they are wanted.
///
/// # Errors
/// The engine's.
pub(super) async fn entries<C: crate::database::Conn>(
    conn: &C,
    scope: &Scope,
    wanted: &Wanted,
    limit: u64,
) -> Result<Vec<audit::Recorded>, Error> {
    Ok(audit::journal(conn, scope, wanted, limit).await?)
}
