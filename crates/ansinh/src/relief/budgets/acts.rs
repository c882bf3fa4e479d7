//! Writing down what a budget gives, and taking a wrong line back by a counter-entry.

use chrono::NaiveDate;
use serde_json::json;
use uuid::Uuid;
use vietnam::money::Dong;

use super::store;
use crate::audit::{self, Act};
use crate::database::{Tx, violates};
use crate::identity::{Actor, Role};
use crate::web::{App, Error};

/// How often an act is tried again because somebody was faster.
const TRIES_MAX: usize = 8;

/// What a budget gives a programme, or takes back, by one paper.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Allotment {
    /// Made when the form was made; becomes the row's id.
    pub act: Uuid,
    /// NQ42 …
    pub programme: String,
    /// trung_uong, tinh …
    pub source: String,
    /// Its name.
    pub name: String,
    /// Number of the paper.
    pub number: String,
    /// Its day.
    pub decided_on: NaiveDate,
    /// Đồng; negative when money is taken back.
    pub amount_dong: i64,
    /// In words; may be empty.
    pub note: String,
    /// The row that this one undoes.
    pub reverses: Option<Uuid>,
}

/// Writes it down. The same form again changes nothing.
///
/// # Errors
/// [`Error::Refused`] with what to do; the engine's.
pub async fn allot(app: &App, actor: &Actor, allotment: &Allotment) -> Result<(), Error> {
    actor.require(&[Role::Province], "ghi số kinh phí được giao")?;
    for _ in 0..TRIES_MAX {
        let done = app
            .db
            .run_tx::<_, Error, _, _>("budgets.allot", |tx| async move {
                try_allot(&tx, app, actor, allotment).await?;
                Ok((tx, ()))
            })
            .await;
        match done {
            Err(Error::Database(error)) if violates(&error, store::ORDER) => {}
            Err(Error::Database(error)) if violates(&error, store::ID) => {}
            Err(Error::Database(error)) if violates(&error, store::REVERSED) => {
                return Err(reversed());
            }
            outcome => return outcome,
        }
    }
    Err(Error::internal("budgets.allot", "the list never came to rest"))
}

async fn try_allot(tx: &Tx, app: &App, actor: &Actor, allotment: &Allotment) -> Result<(), Error> {
    let (scope, now) = (&actor.scope, app.clock.now());
    if let Some(known) = store::one(tx, scope, allotment.act).await? {
        let same = known.number == allotment.number
            && known.amount_dong == allotment.amount_dong
            && known.source_code == allotment.source;
        return if same { Ok(()) } else { Err(sent_before()) };
    }
    if let Some(id) = allotment.reverses
        && store::reversal_of(tx, scope, id).await?.is_some()
    {
        return Err(reversed());
    }
    let key = (allotment.programme.as_str(), allotment.source.as_str());
    let held = store::held(tx, scope, key).await?;
    if held + allotment.amount_dong < 0 {
        return Err(Error::refused(
            format!("{} chỉ mới giao {}", allotment.name, Dong(held).with_unit()),
            "Số giảm không được lớn hơn số đã giao. Kiểm tra lại số tiền và nguồn.",
        ));
    }
    let seq = store::last_seq(tx, scope).await? + 1;
    store::add(tx, actor, now, (allotment, seq)).await?;
    let detail = json!({
        "programme": allotment.programme, "source": allotment.source, "number": allotment.number,
        "dong": allotment.amount_dong, "reverses": allotment.reverses,
    });
    let subject_id = allotment.act.to_string();
    let act = Act { action: "budget.allot", subject_kind: "budget", subject_id, detail };
    audit::record(tx, actor, now, act).await?;
    Ok(())
}

fn reversed() -> Error {
    Error::refused("Dòng này đã được ghi đảo", "Tải lại trang để xem bút toán đảo.")
}

fn sent_before() -> Error {
    Error::refused(
        "Biểu mẫu này đã được gửi với nội dung khác",
        "Mở lại trang Kinh phí, xem dòng đã ghi rồi ghi tiếp nếu cần.",
    )
}
