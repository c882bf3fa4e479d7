//! Money by budget (R15): what each budget gave a programme, what decisions approved and communes paid
//! out of it, and what is left. Allotments are written once; a mistake is reversed.

mod acts;
mod pages;
mod rules;
mod store;

use std::collections::HashMap;

use uuid::Uuid;

pub use acts::{Allotment, allot};
pub use pages::routes;
pub use rules::{Line, Paper};
pub(in crate::relief) use rules::{Short, shortage};

use self::rules::Money;
use crate::database::Database;
use crate::identity::Scope;
use crate::relief::programmes::Catalogue;
use crate::relief::store::decisions::SourceShare;
use crate::web::Error;

/// Money of a scope, laid out by programme and budget and by decision and budget.
#[derive(Debug, Clone, Default)]
pub struct Budgets {
    /// By programme and budget, in the order of the configuration.
    pub lines: Vec<Line>,
    /// By decision, programme and budget, the newest decision first.
    pub papers: Vec<Paper>,
}

/// What a scope was given, has approved and paid by budget. Only the whole province is given money; a
/// part of it sees what was approved and paid there.
///
/// # Errors
/// The engine's.
pub async fn budgets(
    db: &Database,
    catalogue: &Catalogue,
    scope: &Scope,
) -> Result<Budgets, Error> {
    let conn = db.read();
    let allotted = match scope {
        Scope::Province { .. } => store::sums(conn, scope).await?,
        _ => vec![],
    };
    let decisions = store::decisions(conn, scope).await?;
    let mut shares: HashMap<Uuid, Vec<SourceShare>> = HashMap::new();
    let ids: Vec<Uuid> = decisions.iter().map(|decision| decision.id).collect();
    for share in crate::relief::store::decisions::sources_of(conn, &ids).await? {
        shares.entry(share.decision_id).or_default().push(share);
    }
    let money = Money {
        allotted,
        decisions,
        shares,
        programmes: store::programmes(conn, scope).await?,
        approved: store::approved(conn, scope).await?,
        paid: store::paid(conn, scope).await?,
    };
    Ok(rules::lay(catalogue, &money))
}
