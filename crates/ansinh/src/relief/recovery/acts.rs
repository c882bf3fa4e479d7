//! Writing demands and what comes back: each settled for ever by its id, under the demand's lock.

use chrono::NaiveDate;
use serde_json::json;
use uuid::Uuid;
use vietnam::date::vi_date;
use vietnam::money::Dong;

use super::rules::{self, Deed};
use super::store::{self, Demand, Recovery};
use crate::audit::{self, Act};
use crate::database::{Tx, violates};
use crate::identity::{Actor, Role, sha256_hex};
use crate::web::{App, Error};

/// How often an act is judged again because somebody was faster.
const TRIES_MAX: usize = 8;

/// What became of an act.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Written {
    /// Written now.
    Created,
    /// The same act was written before; nothing changed.
    Exists,
}

/// A demand as it was typed and checked.
#[derive(Debug, Clone)]
pub struct Asked {
    /// Made when the form was made; becomes the demand's id.
    pub act: Uuid,
    /// Of which entitlement.
    pub entitlement: Uuid,
    /// Number of the decision that demands.
    pub number: String,
    /// Its day.
    pub demanded_on: NaiveDate,
    /// By when the money is owed.
    pub due_on: NaiveDate,
    /// Why, in words.
    pub reason: String,
    /// Đồng, of what is paid and not yet demanded.
    pub amount: i64,
}

impl Asked {
    fn body(&self) -> String {
        let whole = json!([
            1,
            self.entitlement.to_string(),
            self.number,
            self.demanded_on.to_string(),
            self.due_on.to_string(),
            self.reason,
            self.amount
        ]);
        sha256_hex(whole.to_string().as_bytes())
    }
}

/// Demands a paid sum back.
///
/// # Errors
/// [`Error::NotFound`] outside the scope; [`Error::Refused`] with what to do.
pub async fn demand(app: &App, actor: &Actor, asked: &Asked) -> Result<Written, Error> {
    actor.require(&[Role::District, Role::Province], "yêu cầu thu hồi")?;
    for _ in 0..TRIES_MAX {
        let done = app
            .db
            .run_tx::<_, Error, _, _>("recovery.demand", |tx| async move {
                let written = try_demand(&tx, app, actor, asked).await?;
                Ok((tx, written))
            })
            .await;
        match done {
            Err(Error::Database(error)) if violates(&error, store::DEMAND_ID) => {}
            Err(error) => return Err(error),
            Ok(Some(written)) => return Ok(written),
            Ok(None) => {}
        }
    }
    Err(Error::internal("recovery.demand", "an entitlement never came to rest"))
}

async fn try_demand(
    tx: &Tx,
    app: &App,
    actor: &Actor,
    asked: &Asked,
) -> Result<Option<Written>, Error> {
    let body = asked.body();
    if let Some(known) = store::recovery(tx, &actor.scope, asked.act).await? {
        return repeated(known.body_sha256 == body).map(Some);
    }
    let paid = store::paid(tx, &actor.scope, asked.entitlement).await?.ok_or(Error::NotFound)?;
    let open = paid.paid_dong - paid.recovering_dong;
    if paid.pay_state != "paid" || open <= 0 {
        return Err(Error::refused(
            "Khoản này không còn số tiền đã chi nào chưa yêu cầu thu hồi",
            "Xem sổ chi của người này và các yêu cầu thu hồi đã có.",
        ));
    }
    if asked.amount <= 0 || asked.amount > open {
        return Err(Error::refused(
            format!("Số tiền thu hồi phải lớn hơn 0 và không quá {}", Dong(open).with_unit()),
            "Sửa số tiền rồi ghi lại.",
        ));
    }
    if let Some(day) = paid.last_day.filter(|day| asked.demanded_on < *day) {
        return Err(Error::refused(
            format!("Quyết định thu hồi đề ngày trước ngày chi {}", vi_date(day)),
            "Kiểm tra lại ngày của quyết định.",
        ));
    }
    let new = Demand {
        id: asked.act,
        number: &asked.number,
        demanded_on: asked.demanded_on,
        due_on: asked.due_on,
        reason: &asked.reason,
        amount: asked.amount,
        body: &body,
    };
    let now = app.clock.now();
    if !store::add_demand(tx, actor, now, &paid, &new).await? {
        return Ok(None);
    }
    let act = Act {
        action: "recovery.demand",
        subject_kind: "recovery",
        subject_id: asked.act.to_string(),
        detail: json!({
            "entitlement": asked.entitlement, "number": asked.number, "amount_dong": asked.amount,
            "due_on": asked.due_on,
        }),
    };
    audit::record(tx, actor, now, act).await?;
    Ok(Some(Written::Created))
}

/// An act under a demand.
#[derive(Debug, Clone)]
pub struct Order {
    /// Made when the form was made.
    pub act: Uuid,
    /// Under which demand.
    pub recovery: Uuid,
    /// What.
    pub deed: Deed,
    /// For which day.
    pub day: NaiveDate,
    /// In words.
    pub note: String,
}

impl Order {
    fn body(&self) -> String {
        let deed = match &self.deed {
            Deed::Part { amount, paper } => json!([amount, paper]),
            Deed::Waive { amount, basis } => json!([amount, basis]),
            Deed::Reverse { entry } => json!([entry.to_string()]),
        };
        let recovery = self.recovery.to_string();
        let whole = json!([1, recovery, self.deed.kind(), deed, self.day.to_string(), self.note]);
        sha256_hex(whole.to_string().as_bytes())
    }
}

/// Records a part, a waiver or a reversal.
///
/// # Errors
/// [`Error::NotFound`] outside the scope; [`Error::Refused`] with what to do.
pub async fn record(app: &App, actor: &Actor, order: &Order) -> Result<Written, Error> {
    match order.deed {
        Deed::Part { .. } => actor.require(&[Role::Commune], "ghi số tiền nộp lại")?,
        Deed::Waive { .. } => {
            actor.require(&[Role::District, Role::Province], "ghi miễn thu hồi")?;
        }
        Deed::Reverse { .. } => {
            actor.require(&[Role::Commune, Role::District, Role::Province], "đảo bút toán")?;
        }
    }
    for _ in 0..TRIES_MAX {
        let done = app
            .db
            .run_tx::<_, Error, _, _>("recovery.record", |tx| async move {
                let written = try_record(&tx, app, actor, order).await?;
                Ok((tx, written))
            })
            .await;
        match done {
            Err(Error::Database(error)) if violates(&error, store::ENTRY_ID) => {}
            Err(error) => return Err(error),
            Ok(Some(written)) => return Ok(written),
            Ok(None) => {}
        }
    }
    Err(Error::internal("recovery.record", "a demand never came to rest"))
}

async fn try_record(
    tx: &Tx,
    app: &App,
    actor: &Actor,
    order: &Order,
) -> Result<Option<Written>, Error> {
    let recovery = store::recovery(tx, &actor.scope, order.recovery).await?;
    let recovery: Recovery = recovery.ok_or(Error::NotFound)?;
    let body = order.body();
    if let Some(known) = store::entry(tx, &actor.scope, order.act).await? {
        return repeated(known.body_sha256 == body && known.recovery_id == recovery.id).map(Some);
    }
    let entries = store::entries(tx, recovery.id).await?;
    if i32::try_from(entries.len()) != Ok(recovery.entries) {
        return Ok(None);
    }
    if let Some(text) = rules::day_objection(order.day, &recovery, &entries, app.clock.today()) {
        return Err(Error::refused(text, "Chọn lại ngày rồi ghi lại."));
    }
    let change = rules::judge(actor, &recovery, &entries, &order.deed)
        .map_err(|(what, remedy)| Error::refused(what, remedy))?;
    let (paper, reverses) = match &order.deed {
        Deed::Part { paper, .. } => (paper.as_str(), None),
        Deed::Waive { basis, .. } => (basis.as_str(), None),
        Deed::Reverse { entry } => ("", Some(*entry)),
    };
    let (returned, waived) =
        (recovery.returned_dong + change.returned, recovery.waived_dong + change.waived);
    if returned < 0 || waived < 0 || returned + waived > recovery.amount_dong {
        return Err(Error::internal("recovery.record", "a demand would not balance"));
    }
    let new = store::NewEntry {
        id: order.act,
        kind: order.deed.kind(),
        returned: change.returned,
        waived: change.waived,
        reverses,
        paper,
        note: &order.note,
        day: order.day,
        body: &body,
    };
    let now = app.clock.now();
    if !store::add_entry(tx, actor, now, &recovery, &new).await? {
        return Ok(None);
    }
    let act = Act {
        action: "recovery.record",
        subject_kind: "recovery",
        subject_id: recovery.id.to_string(),
        detail: json!({
            "kind": new.kind, "amount_dong": change.returned + change.waived, "act": order.act,
            "day": order.day,
        }),
    };
    audit::record(tx, actor, now, act).await?;
    Ok(Some(Written::Created))
}

fn repeated(same: bool) -> Result<Written, Error> {
    if same {
        return Ok(Written::Exists);
    }
    Err(Error::refused(
        "Lượt ghi này đã được ghi trước đó với nội dung khác",
        "Chưa có gì thay đổi. Tải lại trang, xem bút toán đã ghi rồi ghi lại nếu cần.",
    ))
}
