//! Standing of units: what each owes and what became of it, gathered from acts, excuses and the
//! decisions that gave it something to do. And what the level above may do about it.

use std::collections::{BTreeMap, HashMap};

use chrono::{DateTime, Days, NaiveDate, Utc};
use serde_json::json;
use uuid::Uuid;
use vietnam::date::vi_date;

use super::engine::{self, Day, Known, Turn};
use super::kinds::PAYMENT_DAY;
use super::report::first_acts;
use super::rules::moment_words;
use super::store;
use super::types::{Contact, Excuse, Fulfilment, Slot, Unit};
use crate::audit::{self, Act};
use crate::clock::{local, new_id};
use crate::database::violates;
use crate::identity::{Actor, Role, Scope, account_names};
use crate::relief;
use crate::web::{App, Error};

/// Refuses unless the actor is the level above communes: the district, or the province where there
/// are no districts.
///
/// # Errors
/// [`Error::Refused`], naming who may.
pub(super) fn require_superior(actor: &Actor, deed: &str) -> Result<(), Error> {
    let above = if actor.tiers == 2 { Role::Province } else { Role::District };
    actor.require(&[above], deed)
}

/// True for the level above communes.
pub(super) fn is_superior(actor: &Actor) -> bool {
    require_superior(actor, "").is_ok()
}

/// Name on the screen of an account.
///
/// # Errors
/// The engine's.
pub(super) async fn name_of(app: &App, account: Uuid) -> Result<String, Error> {
    let names = account_names(app.db.read(), &[account]).await?;
    Ok(names.get(&account).map_or_else(|| "người khác".to_owned(), |(name, _)| name.clone()))
}

/// What is known of one unit.
#[derive(Debug, Clone, Default)]
pub(super) struct Record {
    pub known: Known,
    /// Its acts, oldest first.
    pub acts: Vec<Fulfilment>,
    /// Its excuses, revoked ones too, oldest first.
    pub excuses: Vec<Excuse>,
}

/// What is known of the payment updates of the units in a scope, for the periods `from ..= to`.
///
/// # Errors
/// The engine's.
pub(super) async fn payment_records(
    app: &App,
    scope: &Scope,
    from: NaiveDate,
    to: NaiveDate,
) -> Result<BTreeMap<Unit, Record>, Error> {
    let conn = app.db.read();
    let mut starts: HashMap<Unit, Vec<DateTime<Utc>>> = HashMap::new();
    for start in relief::payment_starts(conn, scope).await? {
        let unit = Unit {
            province: scope.province().to_owned(),
            district: start.district_code,
            commune: start.commune_code,
            tiers: start.tiers,
        };
        starts.entry(unit).or_default().push(start.at);
    }
    records(app, scope, PAYMENT_DAY, &starts, (from, to)).await
}

/// What is known of a kind of duty, for units that owe it since `starts`.
async fn records(
    app: &App,
    scope: &Scope,
    kind: &str,
    starts: &HashMap<Unit, Vec<DateTime<Utc>>>,
    (from, to): (NaiveDate, NaiveDate),
) -> Result<BTreeMap<Unit, Record>, Error> {
    let conn = app.db.read();
    let mut records: BTreeMap<Unit, Record> = BTreeMap::new();
    for (unit, instants) in starts {
        let turns = instants.iter().map(|at| Turn { at: *at, owes: true });
        records.entry(unit.clone()).or_default().known.turns.extend(turns);
    }
    for act in store::acts(conn, scope, kind, from, to).await? {
        let record = records.entry(act.unit.clone()).or_default();
        if act.ends_duty {
            record.known.turns.push(Turn { at: act.acted_at, owes: false });
        }
        if let Some(at) = act.resumed_at {
            record.known.turns.push(Turn { at, owes: true });
        }
        record.acts.push(act);
    }
    for excuse in store::excuses(conn, scope, kind, from, to).await? {
        let record = records.entry(excuse.unit.clone()).or_default();
        if excuse.revoked_at.is_none() {
            record.known.excused.push(excuse.period);
        }
        record.excuses.push(excuse);
    }
    for record in records.values_mut() {
        record.known.acts = first_acts(&record.acts);
    }
    Ok(records)
}

/// What became of the periods `from ..= to` of any kind of duty, for units that owe it since
/// `starts`: for the rooms that bring their own kinds.
///
/// # Errors
/// The engine's.
pub async fn standing(
    app: &App,
    scope: &Scope,
    kind: &str,
    starts: &HashMap<Unit, Vec<DateTime<Utc>>>,
    (from, to): (NaiveDate, NaiveDate),
) -> Result<BTreeMap<Unit, Vec<Day>>, Error> {
    let now = app.clock.now();
    let slots = engine::slots(app.duties.versions(kind), app.areas.calendar(), from, to);
    let records = records(app, scope, kind, starts, (from, to)).await?;
    let days = |(unit, record): (Unit, Record)| (unit, record.known.days(&slots, now));
    Ok(records.into_iter().map(days).collect())
}

/// Working days shown of a unit's history.
pub(super) const HISTORY_DAYS: usize = 30;

/// The last `count` periods of the payment update up to `today`, oldest first.
pub(super) fn payment_slots(app: &App, today: NaiveDate, count: usize) -> Vec<Slot> {
    // Four weeks off in a row do not happen: 30 working days lie within 80.
    let from = today.checked_sub_days(Days::new(count as u64 * 2 + 20)).unwrap_or(today);
    let versions = app.duties.versions(PAYMENT_DAY);
    let mut slots = engine::slots(versions, app.areas.calendar(), from, today);
    slots.drain(..slots.len().saturating_sub(count));
    slots
}

/// The period of the payment update that is today's, if today is one.
pub(super) fn todays_slot(app: &App, today: NaiveDate) -> Option<Slot> {
    engine::slot(app.duties.versions(PAYMENT_DAY), app.areas.calendar(), today)
}

/// What became of the last periods of each unit in a scope.
///
/// # Errors
/// The engine's.
pub(super) async fn histories(
    app: &App,
    scope: &Scope,
    count: usize,
) -> Result<(Vec<Slot>, BTreeMap<Unit, (Record, Vec<Day>)>), Error> {
    let now = app.clock.now();
    let today = local(now).0;
    let slots = payment_slots(app, today, count);
    let from = slots.first().map_or(today, |slot| slot.start);
    let records = payment_records(app, scope, from, today).await?;
    let with_days = |(unit, record): (Unit, Record)| {
        let days = record.known.days(&slots, now);
        (unit, (record, days))
    };
    Ok((slots.clone(), records.into_iter().map(with_days).collect()))
}

/// Lets a unit off a period of the payment update.
///
/// # Errors
/// [`Error::Refused`] when the actor may not, or somebody was first; the engine's.
pub(super) async fn excuse(
    app: &App,
    actor: &Actor,
    unit: &Unit,
    period: NaiveDate,
    reason: &str,
) -> Result<(), Error> {
    require_superior(actor, "miễn báo cáo ngày cho xã")?;
    let now = app.clock.now();
    let excuse = Excuse {
        id: new_id(now)?,
        unit: unit.clone(),
        period,
        reason: reason.to_owned(),
        excused_by: actor.account_id,
        excused_at: now,
        revoked_at: None,
        revoked_by: None,
        revoked_reason: String::new(),
    };
    let done = app
        .db
        .run_tx::<_, Error, _, _>("duties.excuse", |tx| {
            let excuse = &excuse;
            async move {
                store::add_excuse(&tx, PAYMENT_DAY, excuse).await?;
                let act = Act {
                    action: "duty.excuse",
                    subject_kind: "duty",
                    subject_id: format!("{PAYMENT_DAY} {} {period}", unit.commune),
                    detail: json!({ "excuse": excuse.id, "reason": reason }),
                };
                audit::record(&tx, actor, now, act).await?;
                Ok((tx, ()))
            }
        })
        .await;
    match done {
        Err(Error::Database(error)) if violates(&error, store::EXCUSE_LIVE) => {
            Err(already_excused(app, unit, period, now).await?)
        }
        other => other,
    }
}

async fn already_excused(
    app: &App,
    unit: &Unit,
    period: NaiveDate,
    now: DateTime<Utc>,
) -> Result<Error, Error> {
    let found = store::excuses(app.db.read(), &unit.scope(), PAYMENT_DAY, period, period).await?;
    let Some(first) = found.iter().find(|excuse| excuse.revoked_at.is_none()) else {
        return Ok(Error::refused("Ngày này vừa được người khác miễn", "Tải lại trang để xem."));
    };
    let what = format!(
        "Ngày {} đã được {} miễn lúc {}: {}",
        vi_date(period),
        name_of(app, first.excused_by).await?,
        moment_words(first.excused_at, local(now).0),
        first.reason
    );
    Ok(Error::refused(what, "Không cần miễn lần nữa."))
}

/// Takes an excuse back, with a reason.
///
/// # Errors
/// [`Error::Refused`] when the actor may not, or it was taken back before; the engine's.
pub(super) async fn revoke(
    app: &App,
    actor: &Actor,
    unit: &Unit,
    id: Uuid,
    reason: &str,
) -> Result<(), Error> {
    require_superior(actor, "bỏ miễn")?;
    let now = app.clock.now();
    let revoked = app
        .db
        .run_tx::<_, Error, _, _>("duties.revoke_excuse", |tx| async move {
            let by = (actor.account_id, reason);
            let revoked = store::revoke_excuse(&tx, unit, id, by, now).await?;
            if revoked {
                let act = Act {
                    action: "duty.revoke_excuse",
                    subject_kind: "duty",
                    subject_id: format!("{PAYMENT_DAY} {}", unit.commune),
                    detail: json!({ "excuse": id, "reason": reason }),
                };
                audit::record(&tx, actor, now, act).await?;
            }
            Ok((tx, revoked))
        })
        .await?;
    if revoked {
        return Ok(());
    }
    Err(Error::refused("Lần miễn này đã được bỏ trước đó", "Tải lại trang để xem ai bỏ, lúc nào."))
}

/// Writes whom to call, when the version is still the one `seen` (0 = none yet). False when somebody
/// was faster.
///
/// # Errors
/// The engine's.
pub async fn keep_contact(
    app: &App,
    actor: &Actor,
    contact: &Contact,
    seen: i32,
) -> Result<bool, Error> {
    app.db
        .run_tx::<_, Error, _, _>("duties.contact", |tx| async move {
            let written = if seen == 0 {
                store::add_contact(&tx, contact).await?
            } else {
                store::change_contact(&tx, contact, seen).await?
            };
            if written {
                let act = Act {
                    action: "unit.contact",
                    subject_kind: "unit",
                    subject_id: contact.unit.commune.clone(),
                    detail: json!({}),
                };
                audit::record(&tx, actor, contact.written_at, act).await?;
            }
            Ok((tx, written))
        })
        .await
}
