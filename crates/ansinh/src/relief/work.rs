//! What waits for whom: counts for *Việc hôm nay*.

use chrono::NaiveDate;

use super::store::waiting::{self, StateCount};
use super::way::State;
use crate::identity::{Actor, Role};
use crate::web::{App, Error};

/// Lists that wait for one act.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Waiting {
    /// How many.
    pub lists: i64,
    /// The earliest deadline among them.
    pub due_on: Option<NaiveDate>,
    /// How many are past their deadline.
    pub late: i64,
}

/// Counts of a scope.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Work {
    /// Drafts to post (or, without posting days, to send).
    pub to_post: Waiting,
    /// Drafts that came back with a reason, among those.
    pub returned: i64,
    /// Lists whose niêm yết ends today.
    pub postings_ending_today: i64,
    /// Lists whose niêm yết is over: to be sent up.
    pub to_submit: Waiting,
    /// Lists to appraise.
    pub to_appraise: Waiting,
    /// Lists that wait for a decision.
    pub to_decide: Waiting,
    /// Certain duplicates not yet judged.
    pub open_duplicates: i64,
    /// Approved people who cannot be paid for want of papers.
    pub without_papers: i64,
}

/// What waits in the actor's scope. The caller shows what is hers to do: a commune posts and
/// sends, a district appraises, the province decides.
///
/// # Errors
/// The engine's.
pub async fn work(app: &App, actor: &Actor) -> Result<Work, Error> {
    let conn = app.db.read();
    let today = app.clock.today();
    let scope = &actor.scope;
    let mut found = Work {
        open_duplicates: super::store::duplicates::open_count(conn, scope).await?,
        without_papers: waiting::without_papers(conn, scope).await?,
        ..Work::default()
    };
    for row in waiting::states(conn, scope).await? {
        let mut add = |part: &mut Waiting| add(part, &row, today);
        match State::of(&row.state) {
            Some(State::Draft) => {
                add(&mut found.to_post);
                found.returned += if row.returned { row.lists } else { 0 };
            }
            Some(State::Posted) if row.posting_ends_on.is_some_and(|end| end < today) => {
                add(&mut found.to_submit);
            }
            Some(State::Posted) if row.posting_ends_on == Some(today) => {
                found.postings_ending_today += row.lists;
            }
            Some(State::Submitted) if !waits_for(actor, &row) => {}
            Some(State::Submitted) => add(&mut found.to_appraise),
            Some(State::Appraised) => add(&mut found.to_decide),
            _ => {}
        }
    }
    Ok(found)
}

/// The province appraises only where there is no district.
fn waits_for(actor: &Actor, row: &StateCount) -> bool {
    actor.role != Role::Province || !row.has_district
}

fn add(part: &mut Waiting, row: &StateCount, today: NaiveDate) {
    part.lists += row.lists;
    if let Some(due) = row.step_due_on {
        part.due_on = Some(part.due_on.map_or(due, |known| known.min(due)));
        part.late += if due < today { row.lists } else { 0 };
    }
}
