//! Places without internet: written down by communes, confirmed above, sent to an operator, done.

use serde_json::json;
use uuid::Uuid;
use vietnam::date::vi_date;
use vietnam::text::fold;

use super::acts::{moved, note, still_open};
use super::rules::{self, PlaceDeed};
use super::store::steps::{NewStep, STEP_ID, STEP_ORDER};
use super::store::{duties, places, steps};
use super::types::PaperKind;
use crate::database::{Tx, violates};
use crate::identity::{Actor, sha256_hex};
use crate::web::{App, Error};

/// Most places of a commune in one review.
const PLACES_MAX: usize = 200;

/// A place as it was typed and checked.
#[derive(Debug, Clone)]
pub struct NewPlace {
    /// Made when the form was made; becomes the place's id.
    pub act: Uuid,
    /// The task of the commune in a review.
    pub duty: Uuid,
    /// Its name.
    pub hamlet: String,
    /// Households.
    pub households: i32,
    /// People.
    pub people: i32,
    /// One of the codes none, weak, cable.
    pub lack: &'static str,
    /// What there is, in words.
    pub has_now: String,
    /// What the commune proposes.
    pub proposal: String,
}

/// Writes a place down. The same form again changes nothing.
///
/// # Errors
/// [`Error::NotFound`] outside the scope; [`Error::Refused`] with what to do.
pub async fn add(app: &App, actor: &Actor, place: &NewPlace) -> Result<(), Error> {
    let done = app
        .db
        .run_tx::<_, Error, _, _>("steering.place", |tx| async move {
            try_add(&tx, app, actor, place).await?;
            Ok((tx, ()))
        })
        .await;
    match done {
        Err(Error::Database(error)) if violates(&error, places::ONCE) => Err(Error::refused(
            format!("“{}” đã có trong danh sách của đợt này", place.hamlet),
            "Bỏ dòng cũ nếu muốn ghi lại, hoặc ghi tên rõ hơn (thôn, xóm, cụm nhà).",
        )),
        // Pressed twice at one instant.
        Err(Error::Database(error)) if violates(&error, places::PLACE_ID) => {
            let known = places::place(app.db.read(), &actor.scope, place.act).await?;
            if known.is_some_and(|known| known.hamlet == place.hamlet) {
                Ok(())
            } else {
                Err(moved())
            }
        }
        outcome => outcome,
    }
}

async fn try_add(tx: &Tx, app: &App, actor: &Actor, place: &NewPlace) -> Result<(), Error> {
    let province = actor.scope.province();
    if let Some(known) = places::place(tx, &actor.scope, place.act).await? {
        return if known.hamlet == place.hamlet { Ok(()) } else { Err(moved()) };
    }
    let duty = duties::duty(tx, &actor.scope, place.duty).await?.ok_or(Error::NotFound)?;
    if !rules::is_unit(actor, &duty) || duty.kind() != PaperKind::Coverage {
        return Err(Error::NotFound);
    }
    still_open(&duty)?;
    if places::of_duty(tx, &actor.scope, duty.id).await?.len() >= PLACES_MAX {
        return Err(Error::refused(
            format!("Một xã ghi nhiều nhất {PLACES_MAX} nơi trong một đợt"),
            "Gộp các cụm nhà gần nhau thành một nơi.",
        ));
    }
    places::add(tx, province, &duty, (place, &fold(&place.hamlet))).await?;
    let detail = json!({ "place": place.act, "people": place.people, "lack": place.lack });
    note(tx, app, actor, "steering.place", duty.id, detail).await
}

/// An act on a place.
#[derive(Debug, Clone)]
pub struct PlaceOrder {
    /// Made when the form was made.
    pub act: Uuid,
    /// Which.
    pub place: Uuid,
    /// As it was seen.
    pub version: i32,
    /// What.
    pub deed: PlaceDeed,
    /// In words.
    pub words: String,
}

/// Does it. The same order again changes nothing.
///
/// # Errors
/// [`Error::NotFound`] outside the scope; [`Error::Refused`] with what to do.
pub async fn act(app: &App, actor: &Actor, order: &PlaceOrder) -> Result<(), Error> {
    let done = app
        .db
        .run_tx::<_, Error, _, _>("steering.place_act", |tx| async move {
            try_act(&tx, app, actor, order).await?;
            Ok((tx, ()))
        })
        .await;
    match done {
        Err(Error::Database(error))
            if violates(&error, STEP_ID) || violates(&error, STEP_ORDER) =>
        {
            Err(moved())
        }
        outcome => outcome,
    }
}

async fn try_act(tx: &Tx, app: &App, actor: &Actor, order: &PlaceOrder) -> Result<(), Error> {
    let (province, now, today) = (actor.scope.province(), app.clock.now(), app.clock.today());
    let body = sha256_hex(format!("{:?}|{}|{}", order.deed, order.place, order.words).as_bytes());
    if let Some(known) = steps::step(tx, province, order.act).await? {
        return if known.body_sha256 == body { Ok(()) } else { Err(moved()) };
    }
    let place = places::place(tx, &actor.scope, order.place).await?.ok_or(Error::NotFound)?;
    if place.steps != order.version || !rules::may_place(actor, &place, &order.deed) {
        return Err(moved());
    }
    let mut words = order.words.clone();
    let fine = match &order.deed {
        PlaceDeed::Drop => {
            let duty = duties::duty(tx, &actor.scope, place.duty_id).await?;
            still_open(&duty.ok_or(Error::NotFound)?)?;
            places::drop_place(tx, province, &place).await?
        }
        PlaceDeed::Confirm => {
            places::advance(tx, province, &place, ("confirmed", "", None)).await?
        }
        PlaceDeed::Send(operator, due) => {
            if *due < today {
                let remedy = "Chọn ngày từ hôm nay trở đi.";
                return Err(Error::refused("Hạn của nhà mạng đã qua", remedy));
            }
            words = format!("{operator}, hạn {}. {words}", vi_date(*due)).trim_end().to_owned();
            places::advance(tx, province, &place, ("sent", operator, Some(*due))).await?
        }
        PlaceDeed::Done => {
            places::advance(tx, province, &place, ("done", &place.operator, None)).await?
        }
        PlaceDeed::No if words.is_empty() => {
            let remedy = "Viết lý do nhà mạng trả lời.";
            return Err(Error::refused("Chưa ghi vì sao nhà mạng chưa làm được", remedy));
        }
        PlaceDeed::No => {
            places::advance(tx, province, &place, ("refused", &place.operator, None)).await?
        }
    };
    if !fine {
        return Err(moved());
    }
    let step = NewStep {
        id: order.act,
        subject: place.id,
        seq: place.steps + 1,
        kind: order.deed.code(),
        words: &words,
        body: &body,
        by: actor.account_id,
        now,
    };
    steps::add(tx, province, vec![step]).await?;
    let action = format!("steering.place_{}", order.deed.code());
    let detail = json!({ "people": place.people });
    note(tx, app, actor, &action, place.id, detail).await
}
