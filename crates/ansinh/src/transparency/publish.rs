//! Publishing: after a day's book has closed its payments, and what came late to earlier days, are
//! appended, and the new head is signed. Nothing is lost when a server stops in between: what has its
//! line is not written again, and the head is signed once all have theirs.

use std::time::Duration;

use chrono::{Days, NaiveDate};
use disclosure::checkpoint::Checkpoint;
use disclosure::commitment::commit;
use disclosure::edge::Edge;
use disclosure::leaf::{Code, Kind, PaymentLeaf};
use disclosure::tile::{Content, Tile};
use serde_json::json;

use super::keys;
use super::slip::{fresh_salts, private};
use super::store::{self, Head, Leaf};
use crate::audit::{self, Act};
use crate::database::Tx;
use crate::relief::{MovedMoney, days_of_money, moved_money};
use crate::web::{App, Error};

/// Lines written in one transaction: those who pay wait some milliseconds.
const AT_ONCE: usize = 500;
const REST: Duration = Duration::from_secs(20);

/// The last day whose book has closed.
fn last_closed(app: &App) -> NaiveDate {
    let today = app.clock.today();
    if app.clock.now() >= app.duties.closes_at(today) {
        return today;
    }
    today.checked_sub_days(Days::new(1)).unwrap_or(today)
}

/// Publishes the closed days that have not been; gives the head that was signed.
///
/// # Errors
/// The engine's, or the key is missing or another one.
pub async fn publish_closed(app: &App) -> Result<Option<Head>, Error> {
    let (conn, province) = (app.db.read(), app.config.province.as_str());
    let through = last_closed(app);
    let last = store::last_head(conn, province).await?;
    if last.as_ref().is_some_and(|head| head.day >= through) {
        return Ok(None);
    }
    let days = days_of_money(conn, province, through).await?;
    if days.is_empty() && last.is_none() {
        return Ok(None);
    }
    let key = keys::signer(&app.config, last.as_ref())?;
    let known = store::days(conn, province).await?;
    for day in days {
        if known.get(&day.day) != Some(&day.entries) {
            append_day(app, day.day).await?;
        }
    }
    sign(app, through, &key).await
}

async fn append_day(app: &App, day: NaiveDate) -> Result<(), Error> {
    let (conn, province) = (app.db.read(), app.config.province.as_str());
    let logged = store::logged(conn, province, day).await?;
    let mut moved = moved_money(conn, province, day).await?;
    moved.retain(|entry| !logged.contains(&entry.entry_id));
    for some in moved.chunks(AT_ONCE) {
        app.db
            .run_tx::<_, Error, _, _>("transparency.append", |tx| async move {
                append(&tx, province, some).await?;
                Ok((tx, ()))
            })
            .await?;
    }
    Ok(())
}

async fn append(tx: &Tx, province: &str, moved: &[MovedMoney]) -> Result<(), Error> {
    let mut edge = edge(tx, province).await?;
    let salts = store::salts(tx, province, &fresh_salts(moved)?).await?;
    let mut leaves = Vec::with_capacity(moved.len());
    for entry in moved {
        let salt = salts.get(&entry.entry_id).ok_or_else(|| failed("a salt was not kept"))?;
        let leaf = leaf(entry, salt)?;
        let line = leaf.encode().map_err(failed)?;
        let number = i64::try_from(edge.push(line.as_bytes())).map_err(failed)?;
        let commitment = leaf.commitment.to_string();
        leaves.push(Leaf { number, entry_id: entry.entry_id, day: leaf.day, commitment, line });
    }
    // Of two servers that append at once one meets the other's number here, and begins again.
    store::add_leaves(tx, province, leaves).await?;
    for (tile, hashes) in edge.written() {
        store::put_tile(tx, province, kept(&tile)?, hashes).await?;
    }
    Ok(())
}

fn failed(why: impl ToString) -> Error {
    Error::internal("transparency.publish", why.to_string())
}

fn leaf(entry: &MovedMoney, salt: &[u8; 16]) -> Result<PaymentLeaf, Error> {
    let code = |text: &str| {
        Code::parse(text).ok_or_else(|| failed(format!("{text:?} cannot stand in a public line")))
    };
    let kind = match (entry.kind.as_str(), entry.amount_dong) {
        ("paid", _) => Kind::Paid,
        ("returned", _) => Kind::Returned,
        (_, ..0) => Kind::Reversed,
        _ => Kind::Restored,
    };
    let district = match entry.district_code.as_str() {
        "" => None,
        district => Some(code(district)?),
    };
    let private = private(&entry.full_name, &entry.id_key, entry.entitlement_id);
    Ok(PaymentLeaf {
        day: entry.business_day,
        commune: code(&entry.commune_code)?,
        district,
        programme: code(&entry.programme_code)?,
        group: code(&entry.group_code)?,
        amount: entry.amount_dong,
        kind,
        commitment: commit(salt, &private.fields()),
    })
}

/// Where a tile is kept.
fn kept(tile: &Tile) -> Result<(u8, i64), Error> {
    match tile.content {
        Content::Hashes(level) => Ok((level, i64::try_from(tile.index).map_err(failed)?)),
        Content::Entries => Err(failed("lines are no tile of hashes")),
    }
}

async fn edge(tx: &Tx, province: &str) -> Result<Edge, Error> {
    let size = u64::try_from(store::size(tx, province).await?).map_err(failed)?;
    let mut files = Vec::new();
    for tile in Edge::files(size) {
        let (level, place) = kept(&tile)?;
        files.push((tile, store::tile(tx, province, level, place).await?.unwrap_or_default()));
    }
    let bytes = |wanted: &Tile| {
        let found = files.iter().find(|(tile, _)| tile == wanted);
        found.map(|(_, bytes)| bytes.clone()).unwrap_or_default()
    };
    Edge::read(size, bytes).map_err(failed)
}

async fn sign(
    app: &App,
    day: NaiveDate,
    key: &disclosure::key::SignerKey,
) -> Result<Option<Head>, Error> {
    let (province, now) = (app.config.province.as_str(), app.clock.now());
    app.db
        .run_tx::<_, Error, _, _>("transparency.sign", |tx| async move {
            let edge = edge(&tx, province).await?;
            let checkpoint =
                Checkpoint::new(key.verifier().name(), edge.size(), edge.root()).map_err(failed)?;
            let head = Head {
                day,
                size: i64::try_from(edge.size()).map_err(failed)?,
                root: checkpoint.root().to_string(),
                note: checkpoint.sign(key).to_string(),
                signed_at: now,
            };
            let first = store::add_head(&tx, province, &head).await?;
            if first {
                let act = Act {
                    action: "log.publish",
                    subject_kind: "day",
                    subject_id: day.to_string(),
                    detail: json!({ "size": head.size, "root": head.root }),
                };
                audit::record_unsigned(&tx, None, province, now, act).await?;
            }
            Ok((tx, first.then_some(head)))
        })
        .await
}

/// The server's worker: publishes each day after its book has closed, until the process ends.
pub async fn keep_publishing(app: App) {
    loop {
        match publish_closed(&app).await {
            Ok(Some(head)) => tracing::info!(day = %head.day, size = head.size, "day published"),
            Ok(None) => {}
            Err(error) => tracing::error!(error = %error, "a closed day could not be published"),
        }
        tokio::time::sleep(REST).await;
    }
}
