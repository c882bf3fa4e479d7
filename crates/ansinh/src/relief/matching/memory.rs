//! Who was declared different, and taking that back.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::{rules, store};
use crate::database::Tx;
use crate::web::Error;

/// Remembers that the people of two rows are different: they are never asked about again, not even
/// in new rows. False when nothing in the rows tells the two apart.
///
/// # Errors
/// [`Error::NotFound`] when one of the rows has left its list; the engine's.
pub(in crate::relief) async fn remember(
    tx: &Tx,
    province: &str,
    rows: [Uuid; 2],
    warning: Uuid,
    by: Uuid,
    now: DateTime<Utc>,
) -> Result<bool, Error> {
    let found = store::rows(tx, province, &rows).await?;
    let [one, other] = found.as_slice() else { return Err(Error::NotFound) };
    let prints = rules::ordered(rules::fingerprint(one), rules::fingerprint(other));
    let tells_apart = prints.0 != prints.1;
    if tells_apart {
        let prints = (prints.0.as_str(), prints.1.as_str());
        store::remember_different(tx, province, prints, warning, by, now).await?;
    }
    Ok(tells_apart)
}

/// Forgets what a decision had declared.
///
/// # Errors
/// The engine's.
pub(in crate::relief) async fn forget(tx: &Tx, warning: Uuid) -> Result<(), Error> {
    store::forget_different(tx, warning).await?;
    Ok(())
}
