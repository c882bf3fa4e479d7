//! Rows that intake has read and the clerk has confirmed become entries of draft lists.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::Value;
use uuid::Uuid;

use super::duplicates;
use super::programmes::Programme;
use super::rules::{self, Counted, Row};
use super::store::{entries, lists, people};
use super::way::State;
use crate::audit::{self, Act};
use crate::clock::{local, new_id};
use crate::database::{Tx, violates};
use crate::identity::{self, Actor, Scope};
use crate::web::{App, Error};

/// Where rows come from.
#[derive(Debug, Clone)]
pub struct Source {
    /// The kept original.
    pub file_id: Uuid,
    /// NQ42 …
    pub programme_code: String,
    /// Units of this date are meant.
    pub unit_date: NaiveDate,
    /// Province of all rows.
    pub province_code: String,
    /// 3 until 30/6/2025, 2 since.
    pub tiers: i16,
}

/// A birth date as far as it is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Birth {
    /// Year.
    pub year: Option<i32>,
    /// Month 1–12.
    pub month: Option<i32>,
    /// Day 1–31.
    pub day: Option<i32>,
}

/// One confirmed row.
#[derive(Debug, Clone, Default)]
pub struct NewEntry {
    /// Commune of the row.
    pub commune_code: String,
    /// Its district; empty with two tiers.
    pub district_code: String,
    /// NCC, BTXH, HN …
    pub group_code: String,
    /// Name after safe repair.
    pub full_name: String,
    /// As far as known.
    pub birth: Birth,
    /// `M`, `F` or unknown.
    pub sex: Option<String>,
    /// Well-formed CMND or CCCD, or none.
    pub id_number: Option<String>,
    /// Mobile number.
    pub phone: Option<String>,
    /// As listed.
    pub address: String,
    /// Thôn, xóm, khối … taken from the address or the section; may be empty.
    pub hamlet: String,
    /// Head of the household as listed.
    pub household_head: Option<String>,
    /// Line of the head's row on the same sheet, for member rows that carry no amount.
    pub head_line: Option<u32>,
    /// Relation to the head.
    pub relation: Option<String>,
    /// Số khẩu, on the head's row.
    pub household_size: Option<i32>,
    /// Months of support as listed.
    pub months: Option<i32>,
    /// Đồng as listed; none for member rows.
    pub amount_dong: Option<i64>,
    /// The remark says that the person declines: the entry waits for the individual record.
    pub declined: bool,
    /// Remark as listed.
    pub note: String,
    /// What the remark means: dead, moved …
    pub note_kind: Option<String>,
    /// Cell texts as typed.
    pub raw: serde_json::Value,
    /// 0-based sheet of the file.
    pub sheet_no: i32,
    /// Name of the sheet.
    pub sheet: String,
    /// 1-based row.
    pub line: u32,
}

/// What became of the rows.
#[derive(Debug, Clone, Default)]
pub struct Enlisted {
    /// Draft lists that received rows (one a commune and group), new ones first.
    pub list_ids: Vec<Uuid>,
    /// (sheet_no, line, entry id) of every row.
    pub entries: Vec<(i32, u32, Uuid)>,
    /// Certain duplicates raised.
    pub duplicates: u64,
}

/// Writes rows as entries of draft lists in the caller's transaction, finds or makes the persons,
/// and raises certain duplicates (same number, also with a lost zero or through a known link).
///
/// # Errors
/// [`Error::Refused`] when a row lies outside the actor's scope, its group is unknown to the
/// programme, or the list it belongs to has just left the draft state; the engine's.
pub async fn enlist(
    tx: &Tx,
    app: &App,
    actor: &Actor,
    now: DateTime<Utc>,
    source: &Source,
    entries: Vec<NewEntry>,
) -> Result<Enlisted, Error> {
    let programme = known_programme(app, source)?;
    check_rows(app, actor, source, programme, &entries)?;
    let (lists, made) = lists_for(tx, app, actor, now, source, programme, &entries).await?;
    let persons = persons_for(tx, now, &entries).await?;
    let (rows, places) = shape(now, source, programme, &entries, &lists, &persons)?;
    entries::insert(tx, rows).await?;
    let mut duplicates = 0;
    for list in lists.values() {
        duplicates += duplicates::raise_of_list(tx, app, now, *list).await?;
    }
    let mut list_ids = made.clone();
    list_ids.extend(lists.values().filter(|id| !made.contains(id)));
    for (key, id) in &lists {
        let count =
            entries.iter().filter(|row| (&row.commune_code, &row.group_code) == (&key.0, &key.1));
        let act = Act {
            action: "list.enlist",
            subject_kind: "list",
            subject_id: id.to_string(),
            detail: serde_json::json!({
                "rows": count.count(), "file": source.file_id, "new_list": made.contains(id),
            }),
        };
        audit::record(tx, actor, now, act).await?;
    }
    Ok(Enlisted { list_ids, entries: places, duplicates })
}

fn known_programme<'a>(app: &'a App, source: &Source) -> Result<&'a Programme, Error> {
    app.catalogue.programme(&source.programme_code).ok_or_else(|| {
        Error::refused(
            format!("Không có chương trình “{}”", source.programme_code),
            "Chọn lại chương trình, hoặc nhờ tỉnh thêm tệp chương trình vào cấu hình.",
        )
    })
}

/// Every row must lie in the actor's scope and era and carry a group of the programme.
fn check_rows(
    app: &App,
    actor: &Actor,
    source: &Source,
    programme: &Programme,
    entries: &[NewEntry],
) -> Result<(), Error> {
    let era = match &actor.scope {
        Scope::Commune { tiers, .. } => *tiers == source.tiers,
        _ => true,
    };
    for row in entries {
        let inside =
            actor.scope.contains(&source.province_code, &row.district_code, &row.commune_code);
        if !inside || !era {
            let commune = app.areas.commune_name(&row.commune_code, source.unit_date);
            return Err(Error::refused(
                format!(
                    "Tờ “{}”, dòng {}: {commune} không thuộc đơn vị của tài khoản này",
                    row.sheet, row.line
                ),
                "Bỏ dòng này, hoặc để đơn vị đó (hay cấp trên) nhập.",
            ));
        }
        if programme.group(&row.group_code).is_none() {
            return Err(Error::refused(
                format!(
                    "Tờ “{}”, dòng {}: chương trình không có nhóm “{}”",
                    row.sheet, row.line, row.group_code
                ),
                "Chọn lại nhóm đối tượng của dòng này.",
            ));
        }
    }
    Ok(())
}

/// (commune, group) → list.
type ListsByPlace = BTreeMap<(String, String), Uuid>;

/// The draft list of every (commune, group): the newest round when it is still this account's
/// draft, else a new round. Also says which were made.
async fn lists_for(
    tx: &Tx,
    app: &App,
    actor: &Actor,
    now: DateTime<Utc>,
    source: &Source,
    programme: &Programme,
    entries: &[NewEntry],
) -> Result<(ListsByPlace, Vec<Uuid>), Error> {
    let mut wanted: BTreeMap<(String, String), String> = BTreeMap::new();
    for row in entries {
        let place = (row.commune_code.clone(), row.group_code.clone());
        wanted.entry(place).or_insert_with(|| row.district_code.clone());
    }
    let communes: BTreeSet<String> = wanted.keys().map(|(commune, _)| commune.clone()).collect();
    let communes: Vec<String> = communes.into_iter().collect();
    let rounds = lists::rounds(tx, &actor.scope, &programme.code, source.tiers, &communes).await?;
    let newest: HashMap<(&str, &str), &lists::Round> =
        rounds.iter().map(|r| ((r.commune_code.as_str(), r.group_code.as_str()), r)).collect();
    // A unit's officers go on with one another's draft.
    let preparers: Vec<Uuid> = rounds.iter().map(|round| round.prepared_by).collect();
    let units = identity::unit_accounts(tx, &preparers).await?;
    let (mut found, mut made) = (BTreeMap::new(), Vec::new());
    for ((commune, group), district) in &wanted {
        let known = newest.get(&(commune.as_str(), group.as_str()));
        let own_draft = known.filter(|round| {
            round.state == State::Draft.code()
                && units.get(&round.prepared_by) == Some(&actor.unit_account)
        });
        let id = if let Some(round) = own_draft {
            if !lists::touch(tx, round.id, "'draft'").await? {
                return Err(just_left(app, commune, source));
            }
            round.id
        } else {
            let round = known.map_or(1, |known| known.round + 1);
            let place = Place { district, commune, group, round };
            let id = add_list(tx, app, actor, now, source, programme, &place).await?;
            made.push(id);
            id
        };
        found.insert((commune.clone(), group.clone()), id);
    }
    Ok((found, made))
}

struct Place<'a> {
    district: &'a str,
    commune: &'a str,
    group: &'a str,
    round: i32,
}

async fn add_list(
    tx: &Tx,
    app: &App,
    actor: &Actor,
    now: DateTime<Utc>,
    source: &Source,
    programme: &Programme,
    place: &Place<'_>,
) -> Result<Uuid, Error> {
    let calendar = app.areas.calendar();
    let step = programme.group(place.group).and_then(|group| group.step("prepare"));
    let new = lists::NewList {
        id: new_id(now)?,
        province_code: &source.province_code,
        district_code: place.district,
        commune_code: place.commune,
        tiers: source.tiers,
        unit_date: source.unit_date,
        programme_code: &programme.code,
        group_code: place.group,
        round: place.round,
        prepared_by: actor.account_id,
        step_due_on: step.map(|step| rules::step_due(calendar, step, local(now).0)),
        calendar_version: calendar.version(),
    };
    match lists::add(tx, &new, new_id(now)?, now).await {
        Ok(()) => Ok(new.id),
        Err(error) if violates(&error, lists::ONE_A_ROUND) => {
            Err(just_left(app, place.commune, source))
        }
        Err(error) => Err(error.into()),
    }
}

fn just_left(app: &App, commune: &str, source: &Source) -> Error {
    let commune = app.areas.commune_name(commune, source.unit_date);
    Error::refused(
        format!("Danh sách của {commune} vừa được người khác thay đổi"),
        "Chưa có dòng nào được ghi. Bấm ghi lại một lần nữa.",
    )
}

/// The person of every row, in the rows' order. Rows without a number are persons of their own.
async fn persons_for(
    tx: &Tx,
    now: DateTime<Utc>,
    entries: &[NewEntry],
) -> Result<Vec<Uuid>, Error> {
    let keyed = |row: &NewEntry| {
        let number = row.id_number.clone()?;
        let key = rules::id_key(&number);
        (!key.is_empty()).then_some((key, number))
    };
    // In the order of the keys: two communes that write the same new numbers never deadlock.
    let numbers: BTreeMap<String, String> = entries.iter().filter_map(keyed).collect();
    let keys: Vec<String> = numbers.keys().cloned().collect();
    let mut known = people::persons_of_keys(tx, &keys).await?;
    let mut fresh: Vec<(String, String, Uuid)> = Vec::new();
    for (key, number) in &numbers {
        if !known.contains_key(key) {
            fresh.push((key.clone(), number.clone(), new_id(now)?));
        }
    }
    let mut persons: Vec<Uuid> = fresh.iter().map(|(_, _, id)| *id).collect();
    let mut without: Vec<Uuid> = Vec::new();
    for row in entries {
        if keyed(row).is_none() {
            without.push(new_id(now)?);
        }
    }
    persons.extend(&without);
    people::add_persons(tx, &persons, now).await?;
    let written = people::add_identifiers(tx, &fresh, now).await?;
    known.extend(fresh.iter().map(|(key, _, id)| (key.clone(), *id)));
    if written < fresh.len() as u64 {
        // Somebody wrote some of these numbers a moment ago: theirs count.
        let keys: Vec<String> = fresh.into_iter().map(|(key, ..)| key).collect();
        known.extend(people::persons_of_keys(tx, &keys).await?);
    }
    let mut without = without.into_iter();
    entries
        .iter()
        .map(|row| {
            let person = match keyed(row) {
                Some((key, _)) => known.get(&key).copied(),
                None => without.next(),
            };
            person.ok_or_else(|| Error::internal("relief.enlist", "a row without a person"))
        })
        .collect()
}

type Places = Vec<(i32, u32, Uuid)>;

/// The database rows of all entries, and where each came from.
fn shape(
    now: DateTime<Utc>,
    source: &Source,
    programme: &Programme,
    entries: &[NewEntry],
    lists: &ListsByPlace,
    persons: &[Uuid],
) -> Result<(Vec<Vec<Value>>, Places), Error> {
    let mut places: Places = Vec::with_capacity(entries.len());
    let mut by_place: HashMap<(i32, u32), usize> = HashMap::with_capacity(entries.len());
    let mut members: HashMap<(i32, u32), i32> = HashMap::new();
    for (at, row) in entries.iter().enumerate() {
        places.push((row.sheet_no, row.line, new_id(now)?));
        by_place.insert((row.sheet_no, row.line), at);
        if let Some(head) = row.head_line {
            *members.entry((row.sheet_no, head)).or_default() += 1;
        }
    }
    let mut rows = Vec::with_capacity(entries.len());
    for (at, row) in entries.iter().enumerate() {
        let group = programme.group(&row.group_code);
        let list = lists.get(&(row.commune_code.clone(), row.group_code.clone()));
        let (Some(group), Some(list)) = (group, list) else {
            return Err(Error::internal("relief.enlist", "a row without group or list"));
        };
        let head = row.head_line.and_then(|line| by_place.get(&(row.sheet_no, line)).copied());
        let head = head.filter(|head| *head != at);
        let shaped = Shaped {
            needs: rules::needed_paper(group, &row.note, &row.address),
            note_kind: if row.declined {
                Some("declined".to_owned())
            } else {
                row.note_kind.clone()
            },
        };
        let count = Counted::of(
            programme,
            group,
            &Row {
                months: row.months,
                head_months: head.and_then(|head| entries[head].months),
                amount_dong: row.amount_dong,
                household_size: row.household_size,
                is_member: head.is_some(),
                followers: members.get(&(row.sheet_no, row.line)).copied().unwrap_or(0),
                note_kind: shaped.note_kind.as_deref(),
                needs: &shaped.needs,
                ..Row::default()
            },
        );
        let ids = Ids {
            entry: places[at].2,
            list: *list,
            person: persons[at],
            head: head.map(|head| places[head].2),
        };
        rows.push(values(source, row, &ids, count, shaped));
    }
    Ok((rows, places))
}

/// Texts that the rules add to a row.
struct Shaped {
    needs: String,
    note_kind: Option<String>,
}

struct Ids {
    entry: Uuid,
    list: Uuid,
    person: Uuid,
    head: Option<Uuid>,
}

/// In the order of [`entries::NEW_COLUMNS`] and then the line.
fn values(
    source: &Source,
    row: &NewEntry,
    ids: &Ids,
    count: Counted,
    shaped: Shaped,
) -> Vec<Value> {
    let (name_key, sort_key) = rules::name_keys(&row.full_name);
    let id_key = row.id_number.as_deref().map(rules::id_key).filter(|key| !key.is_empty());
    vec![
        source.province_code.as_str().into(),
        ids.entry.into(),
        ids.list.into(),
        row.district_code.as_str().into(),
        row.commune_code.as_str().into(),
        source.tiers.into(),
        row.group_code.as_str().into(),
        ids.person.into(),
        row.full_name.as_str().into(),
        name_key.into(),
        sort_key.into(),
        row.birth.year.into(),
        row.birth.month.into(),
        row.birth.day.into(),
        row.sex.clone().into(),
        row.id_number.clone().into(),
        id_key.into(),
        row.phone.clone().into(),
        row.address.as_str().into(),
        row.hamlet.as_str().into(),
        row.household_head.clone().into(),
        ids.head.into(),
        row.relation.clone().into(),
        row.household_size.into(),
        count.months.into(),
        row.amount_dong.into(),
        count.people.into(),
        count.due_dong.into(),
        count.problem.into(),
        shaped.needs.into(),
        row.note.as_str().into(),
        shaped.note_kind.into(),
        row.raw.to_string().into(),
        "listed".into(),
        source.file_id.into(),
        row.sheet.as_str().into(),
        row.sheet_no.into(),
        i32::try_from(row.line).unwrap_or(i32::MAX).into(),
    ]
}
