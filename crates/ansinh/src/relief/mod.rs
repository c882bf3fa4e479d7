//! Relief: programmes as dated data, beneficiary lists and their way to a decision, duplicates,
//! payments and reports. What other rooms may call is exported here; tables stay inside.

mod beside;
mod budgets;
mod decide;
mod duplicates;
mod enlist;
mod entry;
mod judge;
mod links;
mod matching;
mod office;
mod overlaps;
mod pages;
mod papers;
mod payments;
mod programmes;
mod publication;
mod recovery;
mod reports;
mod rules;
mod steps;
mod store;
mod types;
mod way;
mod work;

use axum::Router;

pub use budgets::{Allotment, Budgets, Line as BudgetLine, allot, budgets};
pub use enlist::{Birth, Enlisted, NewEntry, Source, enlist};
pub use matching::{Matcher, compare_lists, compare_waiting, keep_comparing};
pub use office::{advance, decide, lists_of, pay_some};
pub use papers::{day_typed, paper_numbers, papers_numbered};
pub use payments::{
    Channel, DayOfMoney, Deed, LedgerDifference, LedgerProof, MovedMoney, Order, Outcome, Payee,
    Reason, ReasonRow, Reasons, days_of_money, ledger_differences, ledger_size, moved_by,
    moved_money, prove_ledger, record as record_payments, remember_reasons, source_sums,
    sum_faults,
};
pub use programmes::{
    Band, Catalogue, Condition, DayKind, MoneySource, Need, Period, PolicyGroup, Programme, Remark,
    Step, Unit,
};
pub use publication::{
    CommuneKey, ContestedRow, DayPaid, GroupListed, GroupProgress, KnownList, ListNews,
    OwnQuestion, OwnResult, OwnState, Paid, Progress, PublicDecision, PublishedRow, PublishedSum,
    Standing, StepDates, WantedRows, contested_row, known_lists, list_news, own_results,
    paid_by_day, paid_days, public_decisions, public_progress, published_hamlets, published_rows,
    published_sums,
};
pub use recovery::{
    Asked as Demand, Deed as RecoveryDeed, Order as RecoveryOrder, Written as RecoveryWritten,
    demand as demand_back, record as record_recovery,
};
pub use types::ListSummary;
pub use way::{Act, State as ListState};
pub use work::{
    CommuneProgress, CommuneToPay, CommuneWork, DayFigures, HamletProgress, OfficeWork,
    PaymentStart, ToPay, WaitingList, WaitingLists, commune_progress, commune_work,
    communes_recording, day_figures, office_work, overdue, payment_starts,
};

use crate::web::App;

/// Routes of this room.
pub fn routes() -> Router<App> {
    pages::routes()
        .merge(payments::routes())
        .merge(recovery::routes())
        .merge(budgets::routes())
        .merge(reports::routes())
}
