//! Deciding a certain duplicate: the row that loses leaves its list with its entitlement.

use super::entry::withdraw;
use super::steps::stale;
use super::store::duplicates::{self as store, Side, WarningRow};
use super::store::{changes, entries, lists};
use crate::audit;
use crate::identity::Actor;
use crate::web::{App, Error};

/// Keeps one row of a pair; the other becomes excluded by rule and its other open pairs close.
pub(super) async fn keep(
    app: &App,
    actor: &Actor,
    warning: &WarningRow,
    first_kept: bool,
    leaver: &Side,
    why: &str,
) -> Result<(), Error> {
    let now = app.clock.now();
    let state = if first_kept { "kept_first" } else { "kept_second" };
    app.db
        .run_tx::<_, Error, _, _>("relief.judge", |tx| async move {
            let by = actor.account_id;
            // The step at which the officer's right was looked at must be the step still.
            if !lists::touch(&tx, leaver.list_id, &format!("'{}'", leaver.list_state)).await? {
                return Err(stale());
            }
            if !store::judge(&tx, warning.id, state, by, why, now).await? {
                return Err(Error::refused(
                    "Cảnh báo này vừa được nơi khác xử lý",
                    "Mở lại trang Cảnh báo trùng để xem kết quả.",
                ));
            }
            let scope = &actor.scope;
            let row = entries::one(&tx, scope, leaver.id).await?.ok_or(Error::NotFound)?;
            let columns = ["state", "excluded_reason", "excluded_by"];
            let values = vec!["excluded".into(), why.into(), by.into()];
            if !changes::update(&tx, scope, leaver.id, "listed", &columns, values).await? {
                return Err(stale());
            }
            withdraw(&tx, &row, "duplicate").await?;
            store::close_of_leaver(&tx, leaver.id, by, why, now).await?;
            let act = audit::Act {
                action: "duplicate.keep",
                subject_kind: "duplicate",
                subject_id: warning.id.to_string(),
                detail: serde_json::json!({
                    "kept": if first_kept { warning.first_entry_id } else { warning.second_entry_id },
                    "excluded": leaver.id, "reason": why,
                }),
            };
            audit::record(&tx, actor, now, act).await?;
            Ok((tx, ()))
        })
        .await
}
