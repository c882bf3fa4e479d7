//! What may happen to one row: leave, come back, decline, be corrected, get its papers.

use chrono::NaiveDate;
use sea_orm::Value;
use uuid::Uuid;

use super::duplicates;
use super::matching::compare_lists;
use super::rules::{self, Counted, Facts, Row};
use super::steps::stale;
use super::store::{changes, entitlements, entries, judging, lists, people};
use super::types::{EntryRow, ListSummary};
use super::way::State;
use crate::audit;
use crate::clock::new_id;
use crate::database::{Tx, violates};
use crate::identity::Actor;
use crate::web::{App, Error};

/// A row with its list, inside the scope of the actor.
pub(super) struct At<'a> {
    pub app: &'a App,
    pub actor: &'a Actor,
    pub list: &'a ListSummary,
    pub row: &'a EntryRow,
}

/// What is done to a row.
#[derive(Debug, Clone)]
pub(super) enum Deed {
    /// Loại, with the reason.
    Exclude(String),
    /// Đưa lại.
    Include,
    /// Từ chối nhận: on this day, shown so.
    Decline(NaiveDate, String),
    /// Rút lại việc từ chối.
    Undecline(String),
    /// Sửa dòng.
    Correct(Box<Correction>),
    /// Ghi số giấy tờ đã kiểm tra, and how it was checked.
    Identify(String, String),
    /// A paper is required of this person.
    Require(String),
    /// The paper was shown.
    Evidence(String),
    /// The remark has been looked into.
    ClearRemark(String),
    /// Dates for the programme's conditions, and whether a death on record may be taken back.
    Facts(Facts, bool),
}

/// New values of a row's fields.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Correction {
    pub full_name: String,
    pub birth: (Option<i32>, Option<i32>, Option<i32>),
    pub sex: Option<String>,
    pub hamlet: String,
    pub address: String,
    pub household_size: Option<i32>,
    pub months: Option<i32>,
    pub amount_dong: Option<i64>,
}

impl Deed {
    fn action(&self) -> &'static str {
        match self {
            Self::Exclude(_) => "entry.exclude",
            Self::Include => "entry.include",
            Self::Decline(..) => "entry.decline",
            Self::Undecline(_) => "entry.undecline",
            Self::Correct(_) => "entry.correct",
            Self::Identify(..) => "entry.identify",
            Self::Require(_) => "entry.require_paper",
            Self::Evidence(_) => "entry.paper",
            Self::ClearRemark(_) => "entry.clear_remark",
            Self::Facts(..) => "entry.facts",
        }
    }
}

/// Does it, in one transaction with its trace.
pub(super) async fn act(at: &At<'_>, deed: &Deed) -> Result<(), Error> {
    let now = at.app.clock.now();
    let done = at
        .app
        .db
        .run_tx::<_, Error, _, _>("relief.entry", |tx| async move {
            if !lists::touch(&tx, at.list.id, &format!("'{}'", at.list.state)).await? {
                return Err(stale());
            }
            let detail = at.change(&tx, deed).await?;
            let act = audit::Act {
                action: deed.action(),
                subject_kind: "entry",
                subject_id: at.row.id.to_string(),
                detail,
            };
            audit::record(&tx, at.actor, now, act).await?;
            Ok((tx, ()))
        })
        .await;
    match done {
        Ok(()) => {
            // What was changed may make the row somebody else's, or nobody's double any more.
            compare_lists(at.app, &[at.list.id]).await?;
            Ok(())
        }
        Err(Error::Database(error)) if violates(&error, changes::ONE_DECLINE) => Err(stale()),
        Err(Error::Database(error)) if violates(&error, entitlements::ONE_A_PERSON) => {
            Err(approved_elsewhere(at).await)
        }
        other => other,
    }
}

/// The refusal behind the constraint, naming the first decision.
async fn approved_elsewhere(at: &At<'_>) -> Error {
    let conn = at.app.db.read();
    let exclusion =
        duplicates::exclusion_group(at.app, &at.list.programme_code, &at.list.group_code);
    let person = at.row.person_id;
    let prior = entitlements::prior_of_person(conn, person, &exclusion).await.unwrap_or_default();
    let first = prior.iter().find(|prior| prior.entry_id != at.row.id);
    let by = first.map_or_else(String::new, |p| super::decide::prior_text(at.app, at.list, p));
    let programme = at.app.catalogue.programme(&at.list.programme_code);
    let legal = programme.map_or("", |programme| programme.one_policy_legal());
    Error::refused(
        format!("Người này đã được duyệt ở danh sách khác{by}"),
        format!("Mỗi người chỉ hưởng một chính sách ({legal}). Xem trang Cảnh báo trùng."),
    )
}

impl At<'_> {
    async fn change(&self, tx: &Tx, deed: &Deed) -> Result<serde_json::Value, Error> {
        match deed {
            Deed::Exclude(reason) => self.exclude(tx, reason).await,
            Deed::Include => self.include(tx).await,
            Deed::Decline(on, method) => self.decline(tx, *on, method).await,
            Deed::Undecline(reason) => self.undecline(tx, reason).await,
            Deed::Correct(new) => self.correct(tx, new).await,
            Deed::Identify(number, how) => self.identify(tx, number, how).await,
            Deed::Require(code) => {
                self.set(tx, &["needs"], vec![code.as_str().into()]).await?;
                self.recount(tx).await?;
                Ok(serde_json::json!({ "needs": code }))
            }
            Deed::Evidence(text) => {
                self.set(tx, &["needs_evidence"], vec![text.as_str().into()]).await?;
                self.recount(tx).await?;
                Ok(serde_json::json!({ "needs": self.row.needs }))
            }
            Deed::ClearRemark(reason) => {
                self.set(tx, &["note_kind"], vec!["cleared".into()]).await?;
                self.recount(tx).await?;
                Ok(serde_json::json!({ "was": self.row.note_kind, "reason": reason }))
            }
            Deed::Facts(facts, may_lift) => self.facts(tx, facts, *may_lift).await,
        }
    }

    async fn set(&self, tx: &Tx, columns: &[&str], values: Vec<Value>) -> Result<(), Error> {
        let (scope, row) = (&self.actor.scope, self.row);
        if changes::update(tx, scope, row.id, &row.state, columns, values).await? {
            return Ok(());
        }
        Err(stale())
    }

    async fn exclude(&self, tx: &Tx, reason: &str) -> Result<serde_json::Value, Error> {
        let columns = ["state", "excluded_reason", "excluded_by"];
        let by = self.actor.account_id;
        self.set(tx, &columns, vec!["excluded".into(), reason.into(), by.into()]).await?;
        withdraw(tx, self.row, "excluded").await?;
        let now = self.app.clock.now();
        judging::close_of_leaver(tx, self.row.id, by, "Dòng này đã bị loại", now).await?;
        Ok(serde_json::json!({ "reason": reason }))
    }

    async fn include(&self, tx: &Tx) -> Result<serde_json::Value, Error> {
        let columns = ["state", "excluded_reason", "excluded_by"];
        let nobody: Option<Uuid> = None;
        self.set(tx, &columns, vec!["listed".into(), "".into(), nobody.into()]).await?;
        restore(tx, self.row).await?;
        self.raise(tx, self.row.person_id).await?;
        Ok(serde_json::json!({ "was": self.row.excluded_reason }))
    }

    /// A refusal to receive is one person's recorded act (Nghị quyết 42/NQ-CP mục I).
    async fn decline(
        &self,
        tx: &Tx,
        on: NaiveDate,
        method: &str,
    ) -> Result<serde_json::Value, Error> {
        let now = self.app.clock.now();
        let by = self.actor.account_id;
        self.set(tx, &["state"], vec!["declined".into()]).await?;
        let new = changes::NewDecline {
            id: new_id(now)?,
            province_code: &self.row.province_code,
            entry_id: self.row.id,
            declined_on: on,
            method,
            by,
        };
        changes::add_decline(tx, &new, now).await?;
        withdraw(tx, self.row, "declined").await?;
        judging::close_of_leaver(tx, self.row.id, by, "Người này từ chối nhận ở dòng này", now)
            .await?;
        Ok(serde_json::json!({ "on": on, "method": method }))
    }

    async fn undecline(&self, tx: &Tx, reason: &str) -> Result<serde_json::Value, Error> {
        let now = self.app.clock.now();
        let kind = self.row.note_kind.as_deref().filter(|kind| *kind != "declined");
        let values = vec!["listed".into(), kind.map(str::to_owned).into()];
        self.set(tx, &["state", "note_kind"], values).await?;
        let by = self.actor.account_id;
        if !changes::revoke_decline(tx, self.row.id, by, reason, now).await? {
            return Err(stale());
        }
        self.recount(tx).await?;
        restore(tx, self.row).await?;
        self.raise(tx, self.row.person_id).await?;
        Ok(serde_json::json!({ "reason": reason }))
    }

    async fn correct(&self, tx: &Tx, new: &Correction) -> Result<serde_json::Value, Error> {
        let (name_key, sort_key) = rules::name_keys(&new.full_name);
        let columns = [
            "full_name",
            "name_key",
            "sort_key",
            "birth_year",
            "birth_month",
            "birth_day",
            "sex",
            "hamlet",
            "address",
            "household_size",
            "months",
            "amount_dong",
        ];
        let values: Vec<Value> = vec![
            new.full_name.as_str().into(),
            name_key.into(),
            sort_key.into(),
            new.birth.0.into(),
            new.birth.1.into(),
            new.birth.2.into(),
            new.sex.clone().into(),
            new.hamlet.as_str().into(),
            new.address.as_str().into(),
            new.household_size.into(),
            new.months.into(),
            new.amount_dong.into(),
        ];
        self.set(tx, &columns, values).await?;
        self.recount(tx).await?;
        Ok(difference(self.row, new))
    }

    /// Writes a verified number: the row may become another person's, so duplicates are looked
    /// for again, and payment that waited for papers may go on.
    async fn identify(&self, tx: &Tx, number: &str, how: &str) -> Result<serde_json::Value, Error> {
        let now = self.app.clock.now();
        let key = rules::id_key(number);
        let keys = [key.clone()];
        let mut known = people::persons_of_keys(tx, &keys).await?;
        if !known.contains_key(&key) {
            // A row without a number is a person of its own; a corrected number is another person.
            let fresh = if self.row.id_number.is_none() {
                self.row.person_id
            } else {
                let person = new_id(now)?;
                people::add_persons(tx, &[person], now).await?;
                person
            };
            people::add_identifiers(tx, &[(key.clone(), number.to_owned(), fresh)], now).await?;
            known = people::persons_of_keys(tx, &keys).await?;
        }
        let person = known.get(&key).copied();
        let person = person.ok_or_else(|| Error::internal("relief.identify", "no person"))?;
        let columns = ["id_number", "id_key", "person_id"];
        self.set(tx, &columns, vec![number.into(), key.into(), person.into()]).await?;
        entitlements::set_person(tx, self.row.id, person).await?;
        let hold = if died(&self.row.facts) { "death" } else { "" };
        entitlements::set_hold(tx, self.row.id, "no_id", hold).await?;
        let reason = "Đã sửa số giấy tờ: không còn là một người";
        judging::close_not_same(tx, self.row.id, self.actor.account_id, reason, now).await?;
        self.raise(tx, person).await?;
        self.hold_if_vetoed(tx).await?;
        Ok(serde_json::json!({
            "had_number": self.row.id_number.is_some(), "other_person": person != self.row.person_id,
            "checked": how,
        }))
    }

    async fn facts(
        &self,
        tx: &Tx,
        facts: &Facts,
        may_lift: bool,
    ) -> Result<serde_json::Value, Error> {
        let now = entries::one(tx, &self.actor.scope, self.row.id).await?.ok_or_else(stale)?;
        if !may_lift && lifts_death(&now.facts, facts) {
            // Recorded by somebody else since the form was checked.
            return Err(stale());
        }
        self.set(tx, &["facts"], vec![serde_json::to_string(facts)?.into()]).await?;
        self.recount(tx).await?;
        let approved = self.list.standing() == State::Approved;
        if approved && facts.contains_key("died_on") {
            // Death after approval and before payment: held until people decide (heirs' rule open).
            entitlements::set_hold(tx, self.row.id, "", "death").await?;
            entitlements::set_hold(tx, self.row.id, "no_id", "death").await?;
            entitlements::set_hold(tx, self.row.id, "duplicate", "death").await?;
        } else if approved {
            let hold = if self.row.id_number.is_none() { "no_id" } else { "" };
            entitlements::set_hold(tx, self.row.id, "death", hold).await?;
            self.hold_if_vetoed(tx).await?;
        }
        Ok(serde_json::json!({ "facts": facts }))
    }

    /// One cause of a hold has gone; an open pair may be another.
    async fn hold_if_vetoed(&self, tx: &Tx) -> Result<(), Error> {
        judging::hold(tx, &self.row.province_code, &[self.row.id]).await?;
        Ok(())
    }

    async fn raise(&self, tx: &Tx, person: Uuid) -> Result<(), Error> {
        let now = self.app.clock.now();
        duplicates::raise_of_person(tx, self.app, now, person, Some(self.row.id)).await?;
        Ok(())
    }

    /// Counts the row's household anew by the programme's rules.
    async fn recount(&self, tx: &Tx) -> Result<(), Error> {
        let programme = self.app.catalogue.programme(&self.list.programme_code);
        let group = programme.and_then(|p| p.group(&self.list.group_code));
        let (Some(programme), Some(group)) = (programme, group) else { return Ok(()) };
        let scope = &self.actor.scope;
        let head = self.row.household_of.unwrap_or(self.row.id);
        let rows = entries::household(tx, scope, self.list.id, head).await?;
        let followers = rows.iter().filter(|row| row.household_of == Some(head)).count();
        let head_months = rows.iter().find(|row| row.id == head).and_then(|row| row.months);
        for row in &rows {
            let facts: Facts = serde_json::from_str(&row.facts)?;
            let count = Counted::of(
                programme,
                group,
                &Row {
                    months: row.months,
                    head_months,
                    amount_dong: row.amount_dong,
                    household_size: row.household_size,
                    is_member: row.household_of.is_some(),
                    followers: i32::try_from(followers).unwrap_or(i32::MAX),
                    note_kind: row.note_kind.as_deref(),
                    needs: &row.needs,
                    needs_evidence: &row.needs_evidence,
                    facts: Some(&facts),
                },
            );
            let columns = ["people", "due_dong", "problem"];
            let values = vec![count.people.into(), count.due_dong.into(), count.problem.into()];
            changes::update(tx, scope, row.id, &row.state, &columns, values).await?;
        }
        Ok(())
    }
}

/// Old and new of the fields that changed; identity numbers are not among them.
fn difference(old: &EntryRow, new: &Correction) -> serde_json::Value {
    let mut changed = serde_json::Map::new();
    let mut note = |field: &str, was: serde_json::Value, is: serde_json::Value| {
        if was != is {
            changed.insert(field.to_owned(), serde_json::json!([was, is]));
        }
    };
    note("full_name", old.full_name.as_str().into(), new.full_name.as_str().into());
    let is = super::types::birth_text(new.birth.0, new.birth.1, new.birth.2);
    note("birth", old.birth().into(), is.into());
    note("sex", old.sex.clone().into(), new.sex.clone().into());
    note("hamlet", old.hamlet.as_str().into(), new.hamlet.as_str().into());
    note("address", old.address.as_str().into(), new.address.as_str().into());
    note("household_size", old.household_size.into(), new.household_size.into());
    note("months", old.months.into(), new.months.into());
    note("amount_dong", old.amount_dong.into(), new.amount_dong.into());
    changed.into()
}

fn already_paid() -> Error {
    Error::refused(
        "Khoản của người này (hoặc của cả hộ) đã chi nên không rút được nữa",
        "Hủy khoản chi hoặc thu hồi trước ở trang Chi trả, rồi làm lại.",
    )
}

/// Takes a row's approved entitlement back while nothing is paid: a member leaves the sum of the
/// one who collects for the household; when that one leaves, the next member collects.
pub(super) async fn withdraw(tx: &Tx, row: &EntryRow, why: &str) -> Result<(), Error> {
    let Some(own) = entitlements::of_entry(tx, row.id, "approved").await? else { return Ok(()) };
    if !entitlements::cancel(tx, &own, why).await? {
        return Err(already_paid());
    }
    let head = row.household_of.unwrap_or(row.id);
    let others = entitlements::household(tx, row.list_id, head, row.id).await?;
    if own.people == 0 {
        let Some(carrier) = others.iter().find(|other| other.people > 0) else { return Ok(()) };
        let (people, amount) = (carrier.people - row.people, carrier.amount_dong - row.due_dong);
        if people < 0 || amount < 0 || !entitlements::resize(tx, carrier, people, amount).await? {
            return Err(already_paid());
        }
    } else if own.people > row.people {
        let next = others.iter().find(|other| other.people == 0 && other.pay_state == "member");
        let Some(next) = next else { return Ok(()) };
        let (people, amount) = (own.people - row.people, own.amount_dong - row.due_dong);
        if !entitlements::resize(tx, next, people, amount).await? {
            return Err(already_paid());
        }
    }
    Ok(())
}

/// Brings back what [`withdraw`] took, as the row's own share.
pub(super) async fn restore(tx: &Tx, row: &EntryRow) -> Result<(), Error> {
    let Some(own) = entitlements::of_entry(tx, row.id, "cancelled").await? else { return Ok(()) };
    let hold = match (died(&row.facts), row.id_number.is_none()) {
        (true, _) => "death",
        (false, true) => "no_id",
        (false, false) => "",
    };
    entitlements::restore(tx, &own, row.people, row.due_dong, hold).await?;
    Ok(())
}

/// Whether a death is on record: then the money waits for a decision whatever else changes.
fn died(facts: &str) -> bool {
    died_on(facts).is_some()
}

fn died_on(facts: &str) -> Option<NaiveDate> {
    serde_json::from_str::<Facts>(facts).ok()?.get("died_on").copied()
}

/// Whether the new dates take a recorded death back, or put it on another day.
pub(super) fn lifts_death(recorded: &str, new: &Facts) -> bool {
    let was = died_on(recorded);
    was.is_some() && new.get("died_on").copied() != was
}
